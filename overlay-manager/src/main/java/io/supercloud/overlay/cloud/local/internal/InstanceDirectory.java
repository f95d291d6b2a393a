package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.cloud.local.SiteSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** The directory that is an instance's disk, and the files that its services read. */
record InstanceDirectory(Path path) {
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

    Path init() {
        return path.resolve("init.sh");
    }

    boolean booted() {
        return Files.exists(path.resolve("booted"));
    }

    /** Writes everything that {@code init.sh} needs. */
    void prepare(InstanceRecord record, String sshPublicKey) throws IOException {
        for (String name : new String[] {"ovs", "ssh", "log", "metadata/latest/meta-data/spot"}) {
            Files.createDirectories(path.resolve(name));
        }
        Files.writeString(init(), Scripts.INIT);
        prepareSsh(record.address(), sshPublicKey);
        tell("instance-id", record.id());
        tell("instance-type", record.instanceType());
        tell("placement/availability-zone", record.zone());
        tell("local-ipv4", record.address().toString());
        tell("local-hostname", record.name());
    }

    private void prepareSsh(Ipv4 address, String sshPublicKey) throws IOException {
        Path hostKey = path.resolve("ssh/host_key");
        Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", hostKey.toString());
        Path authorized = path.resolve("ssh/authorized_keys");
        Files.writeString(authorized, sshPublicKey.strip() + "\n");
        Files.setPosixFilePermissions(authorized, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                path.resolve("ssh/sshd_config"),
                SSHD.formatted(path, address, rootIsLocked() ? "yes" : "no", SiteSpec.tunnelAddress(address)));
    }

    /** Without PAM sshd refuses an account whose password is locked, even to a key. */
    private static boolean rootIsLocked() throws IOException {
        return Files.readAllLines(Path.of("/etc/shadow")).stream().anyMatch(line -> line.startsWith("root:!"));
    }

    private void tell(String item, String value) throws IOException {
        Path file = path.resolve("metadata/latest/meta-data").resolve(item);
        Files.createDirectories(file.getParent());
        InstanceRecord.replace(file, value);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    /** Shows the instance when it will be taken away, as EC2 does two minutes ahead. */
    void notice(Instant deadline) throws IOException {
        InstanceRecord.replace(path.resolve("deadline"), deadline.toString());
        Instant shown = deadline.truncatedTo(ChronoUnit.SECONDS);
        tell("spot/instance-action", "{\"action\":\"terminate\",\"time\":\"%s\"}".formatted(shown));
        tell("spot/termination-time", shown.toString());
    }

    /** When the instance is to be taken away; empty while nobody has given notice. */
    Optional<Instant> deadline() throws IOException {
        try {
            return Optional.of(Instant.parse(Files.readString(path.resolve("deadline"))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
