package io.supercloud.overlay.sdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Hosts as network namespaces, each with its own Open vSwitch in user space and an underlay address on its bridge br-phy;
 * a veth pair joins the two. Closing undoes all of it, whatever happened before.
 */
final class RealHosts implements AutoCloseable {
    private static final Path SCHEMA = Path.of("/usr/share/openvswitch/vswitch.ovsschema");
    private static final long COMMAND_SECONDS = 20;

    private final Path directory;
    private final String prefix = "sct" + ProcessHandle.current().pid();
    private final Deque<Runnable> undo = new ArrayDeque<>();

    RealHosts(Path directory) {
        this.directory = directory;
    }

    /** One host; its processes can be killed and started again. */
    final class Host {
        final HostId id;
        final SiteId site;
        final Ipv4 underlay;
        final String namespace;
        final Path runDirectory;
        private Process database;
        private Process vswitchd;

        private Host(String name, String site, String underlay) {
            this.id = new HostId(name);
            this.site = new SiteId(site);
            this.underlay = Ipv4.parse(underlay);
            this.namespace = newNamespace(name);
            this.runDirectory = directory.resolve(name);
        }

        Peer peer() {
            return new Peer(id, site, underlay);
        }

        Path socket(String file) {
            return runDirectory.resolve(file);
        }

        OvsHostNetwork.Config config() {
            return new OvsHostNetwork.Config(
                    id, socket("db.sock"), socket("agent.sock"), true, List.of("ip", "netns", "exec", namespace));
        }

        void start(String underlayDevice) {
            try {
                Files.createDirectories(runDirectory);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            run("ovsdb-tool", "create", socket("conf.db").toString(), SCHEMA.toString());
            database = spawn(
                    "ovsdb-server",
                    socket("conf.db").toString(),
                    "--remote=punix:" + socket("db.sock"),
                    "--unixctl=" + socket("ovsdb.ctl"),
                    "--pidfile=" + socket("ovsdb.pid"),
                    "-vconsole:off");
            undo.push(() -> stop(database));
            await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(socket("db.sock")));
            vsctl("--no-wait", "init");
            startSwitch();
            undo.push(this::killSwitch);
            vsctl(
                    "add-br",
                    "br-phy",
                    "--",
                    "set",
                    "bridge",
                    "br-phy",
                    "datapath_type=netdev",
                    "--",
                    "add-port",
                    "br-phy",
                    underlayDevice);
            inside("ip", "address", "add", underlay + "/24", "dev", "br-phy");
            inside("ip", "link", "set", "dev", "br-phy", "up");
        }

        void startSwitch() {
            vswitchd = spawn(
                    "ovs-vswitchd",
                    "unix:" + socket("db.sock"),
                    "--unixctl=" + socket("vswitchd.ctl"),
                    "--pidfile=" + socket("vswitchd.pid"),
                    "-vconsole:off",
                    "--log-file=" + socket("vswitchd.log"));
        }

        /** The underlay address lives on a device of the switch, so a real host configures it at each start. */
        void restoreUnderlay() {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> attempt(List.of("ip", "-n", namespace, "link", "set", "dev", "br-phy", "up")) == 0);
            inside("ip", "address", "replace", underlay + "/24", "dev", "br-phy");
        }

        void killSwitch() {
            stop(vswitchd);
        }

        String vsctl(String... arguments) {
            List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--db=unix:" + socket("db.sock")));
            command.addAll(List.of(arguments));
            return inside(command.toArray(String[]::new));
        }

        /** The flows as another implementation of OpenFlow reads them. */
        String flows() {
            return inside("ovs-ofctl", "-O", "OpenFlow14", "dump-flows", "unix:" + socket("br-int.mgmt"));
        }

        String inside(String... command) {
            return RealHosts.this.inside(namespace, command);
        }

        private Process spawn(String... command) {
            List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
            whole.addAll(List.of(command));
            ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
            builder.environment().put("OVS_RUNDIR", runDirectory.toString());
            builder.environment().put("OVS_LOGDIR", runDirectory.toString());
            return startProcess(builder.redirectOutput(new File(directory.toFile(), "output.log")));
        }
    }

    /** Hosts h1, h2 and so on, at sites s1, s2 and so on, all on one underlay. */
    List<Host> start(int count) {
        String wire = newNamespace("wire");
        inside(wire, "ip", "link", "add", "wire", "type", "bridge");
        inside(wire, "ip", "link", "set", "dev", "wire", "up");
        List<Host> hosts = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            Host host = new Host("h" + i, "s" + i, "172.31.99." + i);
            run(
                    "ip",
                    "link",
                    "add",
                    "under0",
                    "netns",
                    host.namespace,
                    "type",
                    "veth",
                    "peer",
                    "name",
                    host.id.value(),
                    "netns",
                    wire);
            inside(wire, "ip", "link", "set", "dev", host.id.value(), "master", "wire", "up");
            host.inside("ip", "link", "set", "dev", "under0", "up");
            host.inside("ip", "link", "set", "dev", "lo", "up");
            host.inside("ethtool", "-K", "under0", "tx", "off");
            host.start("under0");
            hosts.add(host);
        }
        return hosts;
    }

    /** A namespace that stands for a VM, deleted at the end. */
    String newNamespace(String name) {
        String namespace = prefix + name;
        run("ip", "netns", "add", namespace);
        undo.push(() -> attempt(List.of("ip", "netns", "delete", namespace)));
        return namespace;
    }

    String inside(String namespace, String... command) {
        return run(insideCommand(namespace, command).toArray(String[]::new));
    }

    int attemptInside(String namespace, String... command) {
        return attempt(insideCommand(namespace, command));
    }

    /** A process that is killed at the end. */
    Process spawnInside(Path output, String namespace, String... command) {
        Process process = startProcess(new ProcessBuilder(insideCommand(namespace, command))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile()));
        undo.push(() -> stop(process));
        return process;
    }

    private static List<String> insideCommand(String namespace, String... command) {
        List<String> whole = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        whole.addAll(List.of(command));
        return whole;
    }

    private String run(String... command) {
        try {
            Path output = Files.createTempFile(directory, "out", null);
            Process process = startProcess(
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()));
            assertThat(process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS))
                    .as("%s ends", List.of(command))
                    .isTrue();
            String said = Files.readString(output);
            Files.delete(output);
            assertThat(process.exitValue()).as("%s: %s", List.of(command), said).isZero();
            return said;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static int attempt(List<String> command) {
        try {
            Process process = startProcess(new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD));
            boolean ended = process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended ? process.exitValue() : -1;
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static Process startProcess(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void stop(Process process) {
        try {
            process.destroyForcibly().waitFor(COMMAND_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Override
    public void close() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }
}
