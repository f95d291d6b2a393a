package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a fault needs to strike: two real local clouds, a VM that writes to its disk, a client that asks it. The agents keep
 * VMs and volumes in a file system of a fixed size, so that a disk can be filled without the machine's.
 */
final class ChaosBed implements AutoCloseable {
    static final VmId VM = new VmId("writer");
    static final String NAME = "chaos";
    static final List<String> ACCOUNTS = List.of("amber", "birch");

    private static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
    private static final int MEMORY_MIB = 192;
    private static final String DISK_SIZE = "256m";
    private static final String SMALL_DISK = """
            set -e
            mkdir -p "$1/small" && mount -t tmpfs -o size=%s small "$1/small"
            for part in vms volumes; do mkdir "$1/small/$part"; mount --bind "$1/small/$part" "$1/agent/$part"; done
            """.formatted(DISK_SIZE);

    /** Slow enough for a stream of some seconds. */
    private static final String SLOW_LINK = "{between: [amber-1, birch-1], rtt: 2ms, bandwidth: 300Mbit}";

    private final TestDeployment deployment;
    private final TestGuest guest;

    ChaosBed(Path folder) {
        this(folder, 1);
    }

    ChaosBed(Path folder, int managers) {
        deployment = new TestDeployment(NAME, folder);
        deployment.managers(managers);
        try {
            guest = start();
        } catch (RuntimeException | AssertionError e) {
            deployment.end();
            throw e;
        }
    }

    private TestGuest start() {
        deployment.up(ACCOUNTS, SLOW_LINK);
        ACCOUNTS.forEach(this::giveSmallDisk);
        ask(
                new ControlRequest.ImportImage(
                        new ImageId("guest"), TestDeployment.guestImage().toString()),
                Answers.Image.class);
        Answers.Vm vm = ask(
                new ControlRequest.RunVm(
                        VM, Optional.of(new ImageId("guest")), MEMORY_MIB, 1, 0, Optional.of(new SiteId("amber-1"))),
                Answers.Vm.class);
        TestGuest attached = TestGuest.attach(NAME, deployment.manager(), new SiteId("birch-1"), vm.address());
        await().atMost(BOOT_LIMIT).until(() -> !attached.ask("BOOTID").isEmpty());
        return attached;
    }

    /** In the instance's own mounts: they go with its last process. */
    private void giveSmallDisk(String account) {
        String pid = Long.toString(mountsOf(account));
        run(
                "nsenter",
                "--mount",
                "--target",
                pid,
                "sh",
                "-c",
                SMALL_DISK,
                "disk",
                realInstance(account).toString());
    }

    private long mountsOf(String account) {
        return inInstance(account).stream()
                .filter(process -> process.mentions("/init.sh"))
                .findFirst()
                .orElseThrow()
                .pid();
    }

    private Path realInstance(String account) {
        try {
            return deployment.instance(account).toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TestDeployment deployment() {
        return deployment;
    }

    TestGuest guest() {
        return guest;
    }

    /** An instance's directory, as its own processes see it. */
    Path instance(String account) {
        return Path.of("/proc/%d/root%s".formatted(mountsOf(account), realInstance(account)));
    }

    /** The network namespace of the router before an account's one site. */
    String router(String account) {
        return "sc-%s-r%d".formatted(NAME, ACCOUNTS.indexOf(account) + 1);
    }

    List<ProcessFinder.Found> inInstance(String account) {
        return ProcessFinder.in(deployment.instanceNamespace(account));
    }

    List<ProcessFinder.Found> inManagerNamespace() {
        return ProcessFinder.in("sc-%s-mgr".formatted(NAME));
    }

    List<ProcessFinder.Found> qemus(String account) {
        return inInstance(account).stream()
                .filter(process -> process.runs("qemu-system-x86_64"))
                .toList();
    }

    Answers.Vm vm() {
        return ask(new ControlRequest.ListVms(), Answers.Vm[].class)[0];
    }

    Answers.Move[] moves() {
        return ask(new ControlRequest.ListMoves(VM), Answers.Move[].class);
    }

    Answers.Move move(String account, String reason) {
        return ask(new ControlRequest.Move(VM, account + "-1", false, reason), Answers.Move.class);
    }

    static String account(Answers.Vm vm) {
        return vm.site().replace("-1", "");
    }

    static String other(String account) {
        return account.equals("amber") ? "birch" : "amber";
    }

    <T> T ask(ControlRequest request, Class<T> answer) {
        return deployment.manager().ask(request, answer, line -> {});
    }

    /** Runs a program of the machine and returns what it prints; throws where it fails. */
    static String run(String... words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("%s failed: %s".formatted(List.of(words), output.strip()));
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
    }
}
