package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.overlay.sdn.PortId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Names of devices: at most 15 characters, so a port's name is a hash of its id. */
public final class DeviceNames {
    private static final String PREFIX = "sc";
    private static final int HASH_BYTES = 6;

    private DeviceNames() {}

    /** The device of {@code port} at the switch, the same on every host. */
    public static String of(PortId port) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256").digest(port.value().getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(hash, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
