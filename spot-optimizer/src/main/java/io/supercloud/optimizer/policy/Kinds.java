package io.supercloud.optimizer.policy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.settings.Node;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The kinds of values that policy files have. */
final class Kinds {
    private static final int MAX_WEIGHT = 1_000_000;
    private static final String DURATION = "^[0-9]+ ?(ms|s|m|h|d)$";
    private static final String NAME = "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$";
    private static final String WORD = "^[A-Za-z0-9][A-Za-z0-9._-]*$";
    private static final Map<String, Long> UNITS = units();

    static final Kind<String> WORDS = matching(WORD, "a word of letters, digits, '.', '_' and '-'");
    static final Kind<String> NAMES = new Kind<>(node -> node.name("policy"), text -> text, pattern(NAME));
    static final Kind<String> GROUP = new Kind<>(node -> node.name("group"), text -> text, pattern(NAME));
    static final Kind<SiteId> SITE = new Kind<>(node -> new SiteId(node.name("site")), SiteId::value, pattern(NAME));
    static final Kind<Duration> DURATIONS = new Kind<>(Node::duration, Kinds::text, pattern(DURATION));
    static final Kind<Double> SHARE = new Kind<>(Node::percent, Kinds::percent, pattern("^[0-9]{1,3}(\\.[0-9]+)?%$"));
    static final Kind<Double> MONEY = new Kind<>(Node::money, Kinds::plain, Map.of("type", "number", "minimum", 0));
    static final Kind<Instant> TIME = new Kind<>(
            node -> node.parsed(Kinds::instant), Instant::toString, Map.of("type", "string", "format", "date-time"));
    static final Kind<RegionPattern> REGIONS =
            new Kind<>(node -> node.parsed(RegionPattern::new), RegionPattern::glob, pattern(RegionPattern.SYNTAX));
    static final Kind<QuietHours> HOURS =
            new Kind<>(node -> node.parsed(QuietHours::parse), QuietHours::toString, pattern(QuietHours.SYNTAX));
    static final Kind<Requirement> EXPRESSION =
            new Kind<>(node -> node.parsed(Requirement::compile), Requirement::expression, Map.of("type", "string"));
    static final Kind<Map<String, Policy.ClientGroup>> CLIENTS =
            new Kind<>(node -> node.map(Kinds::client), Kinds::clients, clientsSchema());

    private Kinds() {}

    static Kind<Integer> count(int min, int max) {
        return new Kind<>(
                node -> (int) node.integer(min, max),
                number -> number,
                Map.of("type", "integer", "minimum", min, "maximum", max));
    }

    static <E extends Enum<E>> Kind<E> oneOf(Class<E> type) {
        List<String> words =
                Arrays.stream(type.getEnumConstants()).map(Kinds::written).toList();
        return new Kind<>(node -> node.oneOf(type), Kinds::written, Map.of("enum", words));
    }

    static Kind<String> matching(String pattern, String what) {
        return new Kind<>(
                node -> node.parsed(text -> {
                    if (!text.matches(pattern)) {
                        throw new InvalidValueException("'%s' is not %s".formatted(text, what));
                    }
                    return text;
                }),
                text -> text,
                pattern(pattern));
    }

    static <T> Kind<List<T>> listOf(Kind<T> each) {
        return new Kind<>(
                node -> node.list(each.reader()),
                values -> values.stream().map(each.writer()).toList(),
                Map.of("type", "array", "items", each.schema()));
    }

    private static Policy.ClientGroup client(Node node) {
        return node.mapping(keys -> new Policy.ClientGroup(
                keys.optional("weight").map(each -> each.decimal(0, MAX_WEIGHT)).orElse(1.0),
                keys.optional("p95").map(Node::duration)));
    }

    private static Object clients(Map<String, Policy.ClientGroup> groups) {
        Map<String, Object> written = new LinkedHashMap<>();
        groups.forEach((name, group) -> {
            Map<String, Object> keys = new LinkedHashMap<>();
            keys.put("weight", plain(group.weight()));
            group.p95().ifPresent(limit -> keys.put("p95", text(limit)));
            written.put(name, keys);
        });
        return written;
    }

    private static Map<String, Object> clientsSchema() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("weight", Map.of("type", "number", "minimum", 0, "maximum", MAX_WEIGHT));
        keys.put("p95", pattern(DURATION));
        return PolicySchema.mapping("additionalProperties", PolicySchema.closed(keys, List.of()));
    }

    private static Map<String, Object> pattern(String regex) {
        return PolicySchema.ordered("type", "string", "pattern", regex);
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new InvalidValueException("'%s' is not a time such as 2026-12-01T06:00:00Z".formatted(text));
        }
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static BigDecimal plain(double value) {
        return new BigDecimal(BigDecimal.valueOf(value).stripTrailingZeros().toPlainString());
    }

    private static String percent(double share) {
        return BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }

    /** In the largest unit that it is a whole number of. */
    static String text(Duration duration) {
        long millis = duration.toMillis();
        Optional<Map.Entry<String, Long>> unit = UNITS.entrySet().stream()
                .filter(each -> millis % each.getValue() == 0)
                .findFirst();
        return unit.map(each -> millis / each.getValue() + each.getKey()).orElseThrow();
    }

    private static Map<String, Long> units() {
        Map<String, Long> units = new LinkedHashMap<>();
        units.put("d", 86_400_000L);
        units.put("h", 3_600_000L);
        units.put("m", 60_000L);
        units.put("s", 1_000L);
        units.put("ms", 1L);
        return units;
    }
}
