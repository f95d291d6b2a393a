package io.supercloud.settings;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers, with and without units. */
final class Quantities {
    /** The largest amount of dollars that is no mistake. */
    private static final double MAX_DOLLARS = 1e9;

    private static final Duration MAX_DURATION = Duration.ofDays(3650);
    private static final long MAX_BYTES = 1L << 60;
    private static final long MAX_BITS_PER_SECOND = 1_000_000_000_000_000L;
    private static final Pattern WHOLE = Pattern.compile("-?[0-9]{1,18}");
    private static final Pattern DECIMAL = Pattern.compile("-?[0-9]{1,18}(\\.[0-9]{1,18})?");
    private static final Pattern WITH_UNIT = Pattern.compile("([0-9]{1,18}) ?([A-Za-z]+)");

    private static final Map<String, Long> MILLIS =
            ordered("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);
    private static final Map<String, Long> BYTES =
            ordered("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30, "TiB", 1L << 40);
    private static final Map<String, Long> BITS =
            ordered("bit", 1L, "kbit", 1_000L, "Mbit", 1_000_000L, "Gbit", 1_000_000_000L);

    private Quantities() {}

    static long integer(Node node, long min, long max) {
        String expected = "a whole number from %d to %d".formatted(min, max);
        String text = node.text(expected);
        if (!WHOLE.matcher(text).matches()) {
            throw node.expected(expected);
        }
        long value = Long.parseLong(text);
        if (value < min || value > max) {
            throw node.expected(expected);
        }
        return value;
    }

    static double decimal(Node node, double min, double max) {
        return decimal(node, "a number from %s to %s".formatted(plain(min), plain(max)), "", min, max);
    }

    static double money(Node node) {
        return decimal(node, "an amount of dollars such as 0.09", "", 0, MAX_DOLLARS);
    }

    static double percent(Node node) {
        return decimal(node, "a share from 0% to 100%, such as 5%", "%", 0, 100) / 100;
    }

    static Duration duration(Node node) {
        return Duration.ofMillis(withUnit(node, "a length of time such as 90s", MILLIS, MAX_DURATION.toMillis()));
    }

    static long bytes(Node node) {
        return withUnit(node, "a number of bytes such as 512MiB", BYTES, MAX_BYTES);
    }

    static long bitsPerSecond(Node node) {
        return withUnit(node, "a bit rate such as 100Mbit", BITS, MAX_BITS_PER_SECOND);
    }

    private static double decimal(Node node, String expected, String suffix, double min, double max) {
        String text = node.text(expected);
        String number = text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : "";
        if (!DECIMAL.matcher(number).matches()) {
            throw node.expected(expected);
        }
        double value = Double.parseDouble(number);
        if (value < min || value > max) {
            throw node.expected(expected);
        }
        return value;
    }

    private static long withUnit(Node node, String expected, Map<String, Long> units, long max) {
        String text = node.text(expected);
        Matcher matcher = WITH_UNIT.matcher(text);
        if (!matcher.matches()) {
            throw node.expected("%s (units: %s)".formatted(expected, String.join(", ", units.keySet())));
        }
        Long unit = units.get(matcher.group(2));
        if (unit == null) {
            throw node.error("unknown unit '%s' in '%s'; expected %s (units: %s)"
                    .formatted(matcher.group(2), text, expected, String.join(", ", units.keySet())));
        }
        long count = Long.parseLong(matcher.group(1));
        if (count > max / unit) {
            throw node.error("'%s' is too large".formatted(text));
        }
        return count * unit;
    }

    private static String plain(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static Map<String, Long> ordered(Object... pairs) {
        Map<String, Long> units = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            units.put((String) pairs[i], (Long) pairs[i + 1]);
        }
        return units;
    }
}
