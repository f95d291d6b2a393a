package io.supercloud.overlay.sdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hosts with a real Open vSwitch each, and namespaces for VMs. */
final class OvsHostNetworkTest {
    private static final Network NETWORK = new Network(
            "blue", 77, Cidr.parse("10.42.0.0/24"), 1450, Optional.empty(), Optional.of(Ipv4.parse("10.42.0.53")));
    private static final Port ALICE = port("alice", "10.42.0.11", "h1", 1);
    private static final Port BOB = port("bob", "10.42.0.12", "h2", 1);
    private static final Duration BOUND = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    private RealHosts hosts;
    private List<RealHosts.Host> all = List.of();
    private final List<HostNetwork> networks = new ArrayList<>();

    @BeforeEach
    void prepare() {
        hosts = new RealHosts(directory);
    }

    @AfterEach
    void stop() throws Exception {
        try (RealHosts closing = hosts) {
            assertThat(closing).isNotNull();
            networks.forEach(HostNetwork::close);
        }
    }

    private void start(int count) {
        all = hosts.start(count);
        all.forEach(host -> networks.add(new OvsHostNetwork(host.config())));
    }

    private static Port port(String name, String address, String host, long epoch) {
        Ipv4 ipv4 = Ipv4.parse(address);
        Owner owner = new Owner(new HostId(host), epoch);
        return new Port(
                new PortId(name),
                NETWORK.name(),
                MacAddress.of(ipv4),
                ipv4,
                owner,
                Optional.empty(),
                Optional.empty(),
                name);
    }

    private static Port staged(Port port, String host) {
        return new Port(
                port.id(),
                port.network(),
                port.mac(),
                port.address(),
                port.owner(),
                Optional.of(new HostId(host)),
                Optional.empty(),
                port.hostName());
    }

    private static Port moved(Port port, String host) {
        return new Port(
                port.id(),
                port.network(),
                port.mac(),
                port.address(),
                port.owner().movedTo(new HostId(host)),
                Optional.empty(),
                Optional.of(port.owner().host()),
                port.hostName());
    }

    private Topology topology(Port... ports) {
        return topology(List.of(), ports);
    }

    private Topology topology(List<Stub> stubs, Port... ports) {
        List<Peer> peers = all.stream().map(RealHosts.Host::peer).toList();
        return new Topology(List.of(NETWORK), List.of(ports), peers, stubs);
    }

    /** A namespace that stands for the VM of {@code port} on a host. */
    private String attach(int host, Port port) {
        String namespace = hosts.newNamespace(port.id() + "-" + host);
        networks.get(host)
                .attach(new Attachment.NamespaceEnd(port.id(), namespace, "eth0"), NETWORK, port.mac(), port.address());
        return namespace;
    }

    private boolean pings(String namespace, Port target) {
        return hosts.attemptInside(
                        namespace,
                        "ping",
                        "-c",
                        "1",
                        "-W",
                        "1",
                        target.address().toString())
                == 0;
    }

    private void awaitPing(String namespace, Port target) {
        await().atMost(BOUND).until(() -> pings(namespace, target));
    }

    @Test
    void vmsOnTwoHostsExchangeTcpAndUdpOverTheTunnel() throws Exception {
        start(2);
        String alice = attach(0, ALICE);
        String bob = attach(1, BOB);
        networks.forEach(network -> network.apply(topology(ALICE, BOB)));
        awaitPing(alice, BOB);

        byte[] content = new byte[300_000];
        Path sent = Files.write(directory.resolve("sent"), content);
        Path tcp = directory.resolve("tcp");
        Process server = hosts.spawnInside(tcp, bob, "busybox", "nc", "-l", "-p", "7000");
        await().atMost(BOUND).until(() -> hosts.inside(bob, "ss", "-ltn").contains(":7000"));
        hosts.inside(alice, "sh", "-c", "busybox nc -w 5 10.42.0.12 7000 < " + sent);
        assertThat(server.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(tcp).hasBinaryContent(content);

        assertThat(hosts.inside(alice, "busybox", "traceroute", "-n", "-m", "1", "-q", "1", "-w", "2", "10.42.0.12"))
                .as("a UDP packet there and the ICMP error about its closed port back")
                .contains("1  10.42.0.12");
    }

    @Test
    void arpIsAnsweredForKnownAddressesOnly() {
        start(1);
        String alice = attach(0, ALICE);
        networks.get(0).apply(topology(ALICE, BOB));

        hosts.inside(alice, "busybox", "arping", "-c", "1", "-w", "2", "-I", "eth0", "10.42.0.12");
        assertThat(hosts.attemptInside(alice, "busybox", "arping", "-c", "1", "-w", "1", "-I", "eth0", "10.42.0.99"))
                .isNotZero();
        assertThat(hosts.attemptInside(
                        alice, "busybox", "arping", "-D", "-c", "1", "-w", "1", "-I", "eth0", "10.42.0.11"))
                .as("nobody else claims the VM's own address")
                .isZero();
    }

    @Test
    void aPortMovesWhilePingsGoOnAndStragglersAreSentOn() throws Exception {
        start(3);
        String alice = attach(0, ALICE);
        attach(1, BOB);
        networks.forEach(network -> network.apply(topology(ALICE, BOB)));
        awaitPing(alice, BOB);
        String arrived = attach(2, BOB);
        hosts.inside(arrived, "ip", "link", "set", "dev", "eth0", "up");
        networks.forEach(network -> network.apply(topology(ALICE, staged(BOB, "h3"))));
        awaitPing(alice, BOB);
        assertThat(received(arrived)).as("packets that reached the staged copy").isZero();
        assertThat(pings(arrived, ALICE)).as("the staged copy is heard").isFalse();

        Path output = directory.resolve("ping");
        Process pinging = hosts.spawnInside(output, alice, "ping", "-i", "0.02", "-c", "150", "-W", "1", "10.42.0.12");
        await().atMost(BOUND).until(() -> Files.readString(output).contains("icmp_seq=20"));
        Topology after = topology(ALICE, moved(BOB, "h3"));
        networks.get(2).apply(after);
        networks.get(1).apply(after);
        long straight = packetsOf(1, "set_field:0x80004d->tun_id");
        await().atMost(BOUND).until(() -> packetsOf(1, "set_field:0x80004d->tun_id") > straight);
        networks.get(0).apply(after);
        assertThat(pinging.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();

        String said = Files.readString(output);
        assertThat(firstNumber(said, "(\\d+) received")).as(said).isGreaterThanOrEqualTo(140);
        assertThat(said).doesNotContain("DUP");
        assertThat(received(arrived)).isPositive();
    }

    private long received(String namespace) {
        return Long.parseLong(hosts.inside(namespace, "cat", "/sys/class/net/eth0/statistics/rx_packets")
                .strip());
    }

    private long packetsOf(int host, String flow) {
        return all.get(host)
                .flows()
                .lines()
                .filter(line -> line.contains(flow))
                .mapToLong(line -> firstNumber(line, "n_packets=(\\d+)"))
                .sum();
    }

    private static long firstNumber(String text, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        assertThat(matcher.find()).as("'%s' in: %s", pattern, text).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void aRestartedSwitchGetsItsFlowsBackAndWhatWasAppliedMeanwhile() {
        start(2);
        String alice = attach(0, ALICE);
        String bob = attach(1, BOB);
        networks.forEach(network -> network.apply(topology(ALICE, BOB)));
        awaitPing(alice, BOB);
        networks.get(0).exposeStub(Ipv4.parse("10.42.0.200"), NETWORK.subnet());
        all.get(0).killSwitch();
        await().atMost(BOUND).until(() -> !networks.get(0).connected());
        assertThat(networks.get(0).problems()).isNotEmpty();
        Port carol = port("carol", "10.42.0.13", "h2", 1);
        assertThatThrownBy(() -> networks.get(0).apply(topology(ALICE, BOB, carol)))
                .isInstanceOf(OverlayException.class)
                .hasMessageContaining("h1");

        all.get(0).startSwitch();
        await().atMost(BOUND).until(() -> networks.get(0).connected());
        all.get(0).restoreUnderlay();
        awaitPing(alice, BOB);
        awaitPing(bob, ALICE);
        assertThat(all.get(0).flows()).contains("arp_tpa=10.42.0.13");
        await().atMost(BOUND).until(() -> all.get(0).inside("ip", "address").contains("10.42.0.200"));
        assertThat(networks.get(0).problems()).isEmpty();
    }

    @Test
    void aRestartedAgentLeavesRightFlowsAloneAndSweepsForeignOnesAway() {
        start(1);
        String alice = attach(0, ALICE);
        networks.get(0).apply(topology(ALICE, BOB));
        hosts.inside(alice, "busybox", "arping", "-c", "1", "-w", "2", "-I", "eth0", "10.42.0.12");
        List<String> before = flowsWithoutTimes();
        long answered = packetsOf(0, "arp_tpa=10.42.0.12");
        assertThat(answered).isPositive();

        networks.removeLast().close();
        networks.add(new OvsHostNetwork(all.get(0).config()));
        networks.get(0).apply(topology(ALICE, BOB));
        assertThat(flowsWithoutTimes()).isEqualTo(before);

        networks.removeLast().close();
        all.get(0)
                .inside(
                        "ovs-ofctl",
                        "-O",
                        "OpenFlow14",
                        "add-flow",
                        "unix:" + all.get(0).socket("br-int.mgmt"),
                        "table=9,priority=7,idle_timeout=900,ip,nw_ttl=3,actions=dec_ttl,output:1");
        networks.add(new OvsHostNetwork(all.get(0).config()));
        networks.get(0).apply(topology(ALICE, BOB));
        assertThat(all.get(0).flows()).doesNotContain("table=9");
        assertThat(flowsWithoutTimes()).hasSameSizeAs(before);
    }

    /** Packet counters of ARP flows tell whether a flow was replaced. */
    private List<String> flowsWithoutTimes() {
        List<String> flows = new ArrayList<>(all.get(0)
                .flows()
                .lines()
                .filter(line -> line.contains("cookie="))
                .map(line -> line.replaceAll("duration=[^,]*", "")
                        .replaceAll("(n_packets|n_bytes)=\\d+", line.contains("arp_op=1") ? "$0" : ""))
                .toList());
        Collections.sort(flows);
        return flows;
    }

    @Test
    void aRealDhcpClientGetsItsSettings() throws Exception {
        start(1);
        String alice = attach(0, ALICE);
        networks.get(0).apply(topology(ALICE));
        hosts.inside(alice, "ip", "address", "flush", "dev", "eth0");
        Path lease = directory.resolve("lease");
        Path script = Files.writeString(
                directory.resolve("script"), "#!/bin/sh\n[ \"$1\" = bound ] && env > " + lease + "\nexit 0\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();

        hosts.inside(
                alice,
                "busybox",
                "udhcpc",
                "-i",
                "eth0",
                "-f",
                "-q",
                "-n",
                "-t",
                "5",
                "-T",
                "2",
                "-O",
                "mtu",
                "-s",
                script.toString());
        assertThat(Files.readAllLines(lease))
                .contains("ip=10.42.0.11", "subnet=255.255.255.0", "dns=10.42.0.53", "mtu=1450", "hostname=alice")
                .contains("lease=86400", "serverid=10.42.0.1");
    }

    @Test
    void aStubIsHeldAwayFromItsSiteAndServedAtIt() throws Exception {
        start(2);
        Stub stub = new Stub("db", NETWORK.name(), Ipv4.parse("10.42.0.200"), 80, new SiteId("s1"));
        String alice = attach(0, ALICE);
        String bob = attach(1, BOB);
        List<StubTouch> touches = Collections.synchronizedList(new ArrayList<>());
        networks.get(1).onStubTouched(touches::add);
        networks.get(0).onStubTouched(touches::add);
        networks.forEach(network -> network.apply(topology(List.of(stub), ALICE, BOB)));
        networks.get(0).exposeStub(stub.address(), NETWORK.subnet());
        Path output = directory.resolve("stub");
        RealHosts.Host home = all.get(0);
        hosts.spawnInside(output, home.namespace, "busybox", "nc", "-l", "-p", "80");
        await().atMost(BOUND).until(() -> home.inside("ss", "-ltn").contains(":80"));

        Process held = hosts.spawnInside(directory.resolve("held"), bob, "busybox", "nc", "10.42.0.200", "80");
        await().atMost(BOUND).until(() -> touches.contains(new StubTouch(BOB.id(), "db")));
        assertThat(held.isAlive()).isTrue();
        awaitPing(bob, port("stub", "10.42.0.200", "h1", 1));

        hosts.inside(alice, "sh", "-c", "echo served | busybox nc -w 2 10.42.0.200 80");
        await().atMost(BOUND).untilAsserted(() -> assertThat(output).hasContent("served"));
        assertThat(touches).doesNotContain(new StubTouch(ALICE.id(), "db"));
        networks.get(0).concealStub(stub.address());
        assertThat(home.inside("ip", "address", "show", "dev", "br-int")).doesNotContain("10.42.0.200");
    }

    @Test
    void aSleeperIsToldOfItsFirstPacketAndItsFramesAreCountedWhenItIsAwake() {
        start(2);
        String alice = attach(0, ALICE);
        List<PortId> touched = Collections.synchronizedList(new ArrayList<>());
        networks.get(1).onSleeperTouched(touched::add);
        networks.forEach(network -> network.apply(topology(ALICE, BOB.asleep(true))));
        await().atMost(BOUND).until(() -> !pings(alice, BOB) && touched.contains(BOB.id()));
        assertThat(networks.get(1).frames()).isEmpty();

        attach(1, BOB);
        networks.forEach(network -> network.apply(topology(ALICE, BOB)));
        awaitPing(alice, BOB);
        await().atMost(BOUND).until(() -> networks.get(1).frames().getOrDefault(BOB.id(), 0L) > 1);
        touched.clear();
        awaitPing(alice, BOB);
        assertThat(touched).isEmpty();
    }

    @Test
    void aTapThatIsMadeAgainUnderItsNameWorks() {
        start(1);
        Attachment tap = new Attachment.Tap(ALICE.id());
        String device = networks.get(0).attach(tap, NETWORK, ALICE.mac(), ALICE.address());
        networks.get(0).detach(ALICE.id());
        assertThat(all.get(0).vsctl("list-ports", "br-int")).doesNotContain(device);
        assertThat(networks.get(0).attach(tap, NETWORK, ALICE.mac(), ALICE.address()))
                .isEqualTo(device);
        assertThat(all.get(0).vsctl("get", "interface", device, "error").strip())
                .isEqualTo("[]");
        assertThat(all.get(0).inside("ip", "link", "show", "dev", device)).contains("mtu 1450", "UP");
    }

    @Test
    void aSmallChangeIsFast() {
        start(1);
        attach(0, ALICE);
        List<Long> micros = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Topology next = i % 2 == 0 ? topology(ALICE, BOB) : topology(ALICE, moved(BOB, "h1"));
            long start = System.nanoTime();
            networks.get(0).apply(next);
            micros.add((System.nanoTime() - start) / 1_000);
        }
        Collections.sort(micros);
        assertThat(micros.get(100)).as("median of %s us", micros).isLessThan(5_000);
    }
}
