package io.supercloud.image;

/**
 * How a volume is encrypted; no part of it is secret.
 *
 * @param key a {@link KeyReference}, or empty where it is not encrypted
 * @param salt what its keys are derived with, in hex; copies of a volume share it
 * @param check tells a wrong key, in hex
 */
public record Encryption(String key, String salt, String check) {
    public static final Encryption NONE = new Encryption("", "", "");

    public boolean isOn() {
        return !key.isEmpty();
    }
}
