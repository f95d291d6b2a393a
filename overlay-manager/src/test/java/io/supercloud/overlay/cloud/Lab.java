package io.supercloud.overlay.cloud;

import io.supercloud.core.HostId;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.local.LinkSpec;
import io.supercloud.overlay.cloud.local.LocalAccount;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import io.supercloud.overlay.cloud.local.LocalZone;
import io.supercloud.overlay.cloud.local.SiteSpec;
import io.supercloud.overlay.cloud.local.UnderlaySpec;
import io.supercloud.overlay.cloud.ssh.MinaConnector;
import io.supercloud.overlay.cloud.ssh.RemoteShell;
import io.supercloud.overlay.cloud.ssh.SshKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A deployment of its own with two sites, 20 ms and 100 Mbit/s apart; its end removes all that was made in it. */
public final class Lab implements AutoCloseable {
    public static final SiteId NORTH = new SiteId("north");
    public static final SiteId SOUTH = new SiteId("south");
    public static final double RTT_MILLIS = 20;
    public static final long BITS_PER_SECOND = 100_000_000;
    public static final SshKeys KEYS = SshKeys.generate();

    public final String deployment =
            "t%08x".formatted(ThreadLocalRandom.current().nextInt());
    public final Path directory;

    public Lab(Path directory) {
        this.directory = directory;
        LocalUnderlay.create(
                new UnderlaySpec(
                        deployment,
                        List.of(new SiteSpec(NORTH, 1), new SiteSpec(SOUTH, 2)),
                        List.of(new LinkSpec(NORTH, SOUTH, RTT_MILLIS, BITS_PER_SECOND))),
                underlay());
    }

    public Path underlay() {
        return directory.resolve("underlay");
    }

    /** An account with the zones north-a (of the given size) and south-a (of 4). */
    public LocalAccount account(String name, int northInstances) {
        return new LocalAccount(
                name,
                directory.resolve("accounts").resolve(name),
                List.of(new LocalZone("north-a", 1, northInstances), new LocalZone("south-a", 2, 4)));
    }

    public LaunchRequest request(String host, String zone) {
        return new LaunchRequest(
                deployment, new HostId(host), zone, "local.small", true, "token-of-" + host, KEYS.publicKeyLine());
    }

    /** Connects from the manager's namespace, where a manager would be. */
    public RemoteShell.Connector connector() {
        return (address, key, fingerprint, timeout) -> InNamespace.call(
                LocalUnderlay.managerNamespace(deployment),
                () -> new MinaConnector().connect(address, key, fingerprint, timeout));
    }

    public String namespace(Instance instance) {
        return "sc-" + deployment + "-" + instance.id();
    }

    /** Runs a program of this machine; returns what it prints, both streams, whatever its exit code. */
    public static String shell(String command) {
        try {
            Process process = new ProcessBuilder("sh", "-c", command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public static String in(String namespace, String command) {
        return shell("ip netns exec %s timeout 30 %s".formatted(namespace, command));
    }

    @Override
    public void close() {
        LocalUnderlay.sweep(deployment);
    }
}
