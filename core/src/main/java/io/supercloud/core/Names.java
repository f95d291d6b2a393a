package io.supercloud.core;

import java.util.regex.Pattern;

/** The one rule for names that users give: a DNS label (RFC 1123), so each fits a host name, a path and a device label. */
public final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    private Names() {}

    /**
     * Returns {@code value} where it is a DNS label.
     *
     * @param kind what is named, for the message: {@code "VM"}
     * @throws InvalidValueException where it is not
     */
    public static String require(String kind, String value) {
        if (value == null || !LABEL.matcher(value).matches()) {
            throw new InvalidValueException(
                    "%s name '%s' is not valid: use 1 to 63 of a-z, 0-9 and '-', and begin and end with a letter or digit"
                            .formatted(kind, value));
        }
        return value;
    }

    /** As {@link #require}, for names that may be several labels with dots between them: {@code web.memory}. */
    public static String requireDotted(String kind, String value) {
        for (String label : String.valueOf(value).split("\\.", -1)) {
            require(kind, label);
        }
        return value;
    }
}
