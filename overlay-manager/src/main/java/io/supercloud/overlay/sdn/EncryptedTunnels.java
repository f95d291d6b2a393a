package io.supercloud.overlay.sdn;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.sdn.internal.devices.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The WireGuard device under the tunnels of a host on a real network: what VXLAN carries is readable to nobody between two hosts. It
 * stays, with its peers, when the agent ends. Safe for use by many threads.
 */
public final class EncryptedTunnels {
    /** The UDP port at which every host listens. */
    public static final int PORT = 51_820;

    /** What is left to guests of an underlay's 1500 bytes: WireGuard takes 80 at most, VXLAN 50. */
    public static final int GUEST_MTU_BYTES = 1370;

    private static final int MTU_BYTES = GUEST_MTU_BYTES + 50;

    private static final String DEVICE = "supercloud0";
    private static final String PREFIX = "/16";
    private static final int KEY_CHARACTERS = 44;

    private final Path directory;
    private final Commands commands = new Commands(List.of());
    private final String privateKey;
    private final String publicKey;

    /**
     * Another host.
     *
     * @param publicKey in base64
     * @param endpoint where the host is reached
     * @param tunnels where its tunnels end
     */
    public record Peer(String publicKey, Ipv4 endpoint, Ipv4 tunnels) {
        public Peer {
            requireKey(publicKey);
        }
    }

    /**
     * Makes the device where it is missing, with a key of its own. Throws {@link OverlayException} where that fails.
     *
     * @param address where this host's tunnels end
     * @param directory where the key is kept
     */
    public EncryptedTunnels(Ipv4 address, Path directory) {
        this.directory = directory;
        try {
            privateKey = key(directory.resolve("key"));
            publicKey = publicKeyOf(directory.resolve("key"));
        } catch (IOException e) {
            throw new OverlayException("the tunnels' key cannot be kept in %s".formatted(directory), e);
        }
        if (!commands.attempt("ip", "link", "show", DEVICE).succeeded()) {
            commands.run("ip", "link", "add", DEVICE, "mtu", Integer.toString(MTU_BYTES), "type", "wireguard");
        }
        commands.run("ip", "address", "replace", address + PREFIX, "dev", DEVICE);
        commands.run("ip", "link", "set", DEVICE, "up");
    }

    private String key(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createDirectories(directory);
            write(file, requireKey(commands.attempt("wg", "genkey").output()) + "\n");
        }
        return requireKey(Files.readString(file).strip());
    }

    private String publicKeyOf(Path file) {
        return requireKey(commands.attempt("sh", "-c", "exec wg pubkey <\"$0\"", file.toString())
                .output());
    }

    /** Readable to its owner before it has content. */
    private static void write(Path file, String text) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String requireKey(String key) {
        if (key.length() != KEY_CHARACTERS || !key.matches("[A-Za-z0-9+/]{43}=")) {
            throw new OverlayException("'%s' is no WireGuard key".formatted(key));
        }
        return key;
    }

    /** What other hosts must know. */
    public String publicKey() {
        return publicKey;
    }

    /** These are the peers from now on, and no others; the sessions of those that stay go on. */
    public synchronized void follow(Collection<Peer> peers) {
        Path file = directory.resolve("wireguard.conf");
        try {
            write(file, configuration(privateKey, peers));
        } catch (IOException e) {
            throw new OverlayException("the tunnels' peers cannot be written to %s".formatted(file), e);
        }
        commands.run("wg", "syncconf", DEVICE, file.toString());
    }

    /** In the form of wg(8); each peer may send from its tunnels' end alone. */
    static String configuration(String privateKey, Collection<Peer> peers) {
        StringBuilder text =
                new StringBuilder("[Interface]\nPrivateKey = %s\nListenPort = %d\n".formatted(privateKey, PORT));
        peers.stream()
                .sorted(Comparator.comparing(Peer::publicKey))
                .forEach(peer -> text.append("[Peer]\nPublicKey = %s\nEndpoint = %s:%d\nAllowedIPs = %s/32\n"
                        .formatted(peer.publicKey(), peer.endpoint(), PORT, peer.tunnels())));
        return text.toString();
    }
}
