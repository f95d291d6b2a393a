package io.supercloud.core;

/**
 * An IPv4 address.
 *
 * @param bits the address in network order, as one int
 */
public record Ipv4(int bits) implements Comparable<Ipv4> {

    /** Parses four decimal octets without leading zeroes ({@code "10.0.0.1"}). */
    public static Ipv4 parse(String text) {
        String[] parts = text == null ? new String[0] : text.split("\\.", -1);
        if (parts.length != 4) {
            throw notAnAddress(text);
        }
        int bits = 0;
        for (String part : parts) {
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                throw notAnAddress(text);
            }
            bits = bits << 8 | Integer.parseInt(part);
        }
        return new Ipv4(bits);
    }

    private static InvalidValueException notAnAddress(String text) {
        return new InvalidValueException("'%s' is not an IPv4 address such as 10.0.0.1".formatted(text));
    }

    /** The address {@code offset} further on. */
    public Ipv4 plus(int offset) {
        return new Ipv4(bits + offset);
    }

    public byte[] toBytes() {
        return new byte[] {(byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits};
    }

    @Override
    public int compareTo(Ipv4 other) {
        return Integer.compareUnsigned(bits, other.bits);
    }

    @Override
    public String toString() {
        return "%d.%d.%d.%d".formatted(bits >>> 24, bits >>> 16 & 0xff, bits >>> 8 & 0xff, bits & 0xff);
    }
}
