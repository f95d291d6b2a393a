package io.supercloud.core;

/**
 * An IPv4 prefix (RFC 4632).
 *
 * @param base the lowest address; bits beyond the prefix are zero
 * @param length 0 to 32
 */
public record Cidr(Ipv4 base, int length) {
    public Cidr {
        if (length < 0 || length > 32 || (base.bits() & ~mask(length)) != 0) {
            throw new InvalidValueException(
                    "'%s/%d' is not an IPv4 prefix: bits beyond the length must be zero".formatted(base, length));
        }
    }

    /** Parses {@code "10.42.0.0/16"}. */
    public static Cidr parse(String text) {
        int slash = text == null ? -1 : text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("[0-9]{1,2}")) {
            throw new InvalidValueException("'%s' is not an IPv4 prefix such as 10.42.0.0/16".formatted(text));
        }
        return new Cidr(Ipv4.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    public boolean contains(Ipv4 address) {
        return (address.bits() & mask(length)) == base.bits();
    }

    public Ipv4 netmask() {
        return new Ipv4(mask(length));
    }

    /** How many addresses the prefix spans. */
    public long size() {
        return 1L << 32 - length;
    }

    private static int mask(int length) {
        return length == 0 ? 0 : -1 << 32 - length;
    }

    @Override
    public String toString() {
        return base + "/" + length;
    }
}
