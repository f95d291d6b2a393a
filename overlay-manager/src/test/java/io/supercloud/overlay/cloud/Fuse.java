package io.supercloud.overlay.cloud;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.cloud.ssh.RemoteShell;
import io.supercloud.overlay.cloud.ssh.SshException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fails the n-th step of what is done through it. Each call of a cloud or shell is two steps: one before its effect, one
 * after. A fuse that kills also fails every step from then on.
 */
final class Fuse {
    private final int failing;
    private final boolean kills;
    private final Runnable atBlow;
    private int steps;

    Fuse(int failing, boolean kills, Runnable atBlow) {
        this.failing = failing;
        this.kills = kills;
        this.atBlow = atBlow;
    }

    boolean blown() {
        return steps > failing;
    }

    private <T> T around(String what, Supplier<T> effect) {
        step("before " + what);
        T result = effect.get();
        step("after " + what);
        return result;
    }

    private void step(String where) {
        int step = steps++;
        if (step == failing) {
            atBlow.run();
        }
        if (step == failing || (kills && step > failing)) {
            throw new SshException("injected at step %d, %s".formatted(step, where));
        }
    }

    Cloud cloud(Cloud cloud) {
        return new Cloud() {
            @Override
            public String account() {
                return cloud.account();
            }

            @Override
            public List<Instance> list(String deployment) {
                return around("list", () -> cloud.list(deployment));
            }

            @Override
            public Instance launch(LaunchRequest request) {
                return around("launch", () -> cloud.launch(request));
            }

            @Override
            public void terminate(String instanceId) {
                around("terminate", () -> {
                    cloud.terminate(instanceId);
                    return instanceId;
                });
            }

            @Override
            public void close() {
                cloud.close();
            }
        };
    }

    RemoteShell.Connector connector(RemoteShell.Connector connector) {
        return (Ipv4 address, KeyPair key, Optional<String> fingerprint, Duration timeout) ->
                around("connect", () -> shell(connector.connect(address, key, fingerprint, timeout)));
    }

    private RemoteShell shell(RemoteShell shell) {
        return new RemoteShell() {
            @Override
            public Result exec(String command, Duration timeout) {
                return around("exec", () -> shell.exec(command, timeout));
            }

            @Override
            public void upload(Path local, String remote, Progress progress) {
                around("upload", () -> {
                    shell.upload(local, remote, progress);
                    return remote;
                });
            }

            @Override
            public String hostKeyFingerprint() {
                return shell.hostKeyFingerprint();
            }

            @Override
            public void close() {
                shell.close();
            }
        };
    }
}
