package io.supercloud.core;

/**
 * A 48-bit Ethernet address.
 *
 * @param bits the address in its lower 48 bits
 */
public record MacAddress(long bits) {
    public MacAddress {
        if (bits >>> 48 != 0) {
            throw new InvalidValueException("0x%x is not a 48-bit Ethernet address".formatted(bits));
        }
    }

    /** Parses {@code "52:54:00:12:34:56"}. */
    public static MacAddress parse(String text) {
        if (text == null || !text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
            throw new InvalidValueException(
                    "'%s' is not an Ethernet address such as 52:54:00:12:34:56".formatted(text));
        }
        return new MacAddress(Long.parseLong(text.replace(":", ""), 16));
    }

    /** The locally administered address that Supercloud gives to the holder of {@code address}: one per overlay address. */
    public static MacAddress of(Ipv4 address) {
        return new MacAddress(0x5254L << 32 | Integer.toUnsignedLong(address.bits()));
    }

    public byte[] toBytes() {
        byte[] bytes = new byte[6];
        for (int i = 0; i < 6; i++) {
            bytes[i] = (byte) (bits >>> 40 - 8 * i);
        }
        return bytes;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(17);
        for (byte octet : toBytes()) {
            text.append(text.isEmpty() ? "" : ":").append("%02x".formatted(octet));
        }
        return text.toString();
    }
}
