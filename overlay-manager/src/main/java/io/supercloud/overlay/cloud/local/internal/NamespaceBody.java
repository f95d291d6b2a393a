package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import io.supercloud.overlay.cloud.local.SiteSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HexFormat;

/** Services of this machine in the instance's namespace: a switch and an sshd. */
record NamespaceBody() implements InstanceBody {
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(20);
    private static final int LAST_BYTE = 0xff;
    private static final String SSHD = """
            Port 22
            ListenAddress %2$s
            HostKey %1$s/ssh/host_key
            AuthorizedKeysFile %1$s/ssh/authorized_keys
            PidFile %1$s/ssh/sshd.pid
            SetEnv SUPERCLOUD_INSTANCE_DIR=%1$s SUPERCLOUD_TUNNEL_ADDRESS=%4$s
            Subsystem sftp internal-sftp
            PermitRootLogin prohibit-password
            AuthenticationMethods publickey
            PubkeyAuthentication yes
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            StrictModes no
            UsePAM %3$s
            UseDNS no
            PrintMotd no
            PrintLastLog no
            LogLevel ERROR
            """;

    @Override
    public Duration bootLimit() {
        return BOOT_LIMIT;
    }

    @Override
    public void start(InstanceRecord record, InstanceDirectory directory, String router, String sshPublicKey)
            throws IOException {
        String namespace = record.namespace();
        directory.write("init.sh", Scripts.INIT);
        prepareSsh(directory, record.address(), sshPublicKey);
        plugTunnels(namespace, router, "t" + (record.address().bits() & LAST_BYTE));
        address(record);
        Namespaces.start(
                namespace,
                "sh",
                directory.path().resolve("init.sh").toString(),
                directory.path().toString(),
                SiteSpec.tunnelAddress(record.address()).toString(),
                SiteSpec.tunnelAddress(SiteSpec.gateway(record.siteIndex())).toString(),
                "02:53:%s"
                        .formatted(HexFormat.ofDelimiter(":")
                                .formatHex(record.address().toBytes())));
    }

    private static void prepareSsh(InstanceDirectory directory, Ipv4 address, String sshPublicKey) throws IOException {
        Path folder = Files.createDirectories(directory.path().resolve("ssh"));
        Files.createDirectories(directory.path().resolve("ovs"));
        Command.run(
                "ssh-keygen",
                "-q",
                "-t",
                "ed25519",
                "-N",
                "",
                "-C",
                "",
                "-f",
                folder.resolve("host_key").toString());
        Path authorized = folder.resolve("authorized_keys");
        Files.writeString(authorized, sshPublicKey.strip() + "\n");
        Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
        directory.write(
                "ssh/sshd_config",
                SSHD.formatted(
                        directory.path(), address, rootIsLocked() ? "yes" : "no", SiteSpec.tunnelAddress(address)));
    }

    /** Without PAM sshd refuses an account whose password is locked, even to a key. */
    private static boolean rootIsLocked() throws IOException {
        return Files.readAllLines(Path.of("/etc/shadow")).stream().anyMatch(line -> line.startsWith("root:!"));
    }

    /** The switch gets a device of its own: a burst between hosts overruns what a user-space switch can queue. */
    private static void plugTunnels(String namespace, String router, String port) {
        Namespaces.ip(router, "link", "add", port, "type", "veth", "peer", "name", "tunnels", "netns", namespace);
        Namespaces.plugIn(namespace, "tunnels", router, port);
    }

    /** Only the device that has an address answers for it. The manager's own is in the range of tunnels' ends. */
    private static void address(InstanceRecord record) {
        String namespace = record.namespace();
        String gateway = SiteSpec.gateway(record.siteIndex()).toString();
        Namespaces.run(namespace, "sysctl", "-q", "-w", "net.ipv4.conf.all.arp_ignore=1");
        Namespaces.ip(namespace, "address", "add", record.address() + "/24", "dev", "eth0");
        Namespaces.ip(namespace, "route", "add", "default", "via", gateway);
        Namespaces.ip(namespace, "route", "add", LocalUnderlay.MANAGER_ADDRESS + "/32", "via", gateway);
    }
}
