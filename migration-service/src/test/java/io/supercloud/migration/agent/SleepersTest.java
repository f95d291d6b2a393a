package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import io.supercloud.migration.VmRecord.Desired;
import io.supercloud.migration.agent.CallFaults.Moment;
import io.supercloud.overlay.sdn.PortId;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SleepersTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String CLIENT = "client";
    private static final Ipv4 FROM = Ipv4.parse("10.42.0.9");
    private static final short IPV4 = 0x0800;
    private static final int FRAME_BYTES = 60;
    private static final int ADDRESSES_AT = 26;

    private TestCluster cluster;

    /** A client on the other host. */
    @BeforeEach
    void start(@TempDir Path directory) {
        cluster = new TestCluster(directory);
        MacAddress mac = MacAddress.of(FROM);
        cluster.registry.create(Paths.port(CLIENT), Json.write(PortRecord.resting(CLIENT, "blue", mac, FROM)));
        new Owners(cluster.registry).first(CLIENT, TestCluster.WEST);
        cluster.calls.of(TestCluster.WEST).call(new HostCall.AttachEndpoint(CLIENT, "a-namespace", "blue", mac, FROM));
        suspend(true);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private void suspend(boolean asleep) {
        cluster.calls.of(TestCluster.EAST).call(new HostCall.SuspendVm(TestCluster.VM, asleep));
        awaitAsleep(TestCluster.EAST, asleep);
    }

    /** Until the switches have learned that it sleeps, its packets are lost as those of any stopped VM. */
    private void awaitAsleep(HostId host, boolean asleep) {
        cluster.host(host)
                .awaitTopology(topology -> topology.ports().stream()
                        .anyMatch(port -> port.id().value().equals(TestCluster.VM.value())
                                && port.owner().host().equals(host)
                                && port.asleep() == asleep));
    }

    private void awaitAwake(HostId host) {
        awaitAsleep(host, true);
        knock();
        cluster.awaitProgress(host);
        await().atMost(LIMIT).until(() -> Wishes.of(cluster.registry, TestCluster.VM) == Desired.RUNNING);
    }

    private void knock() {
        ByteBuffer frame = ByteBuffer.allocate(FRAME_BYTES)
                .put(cluster.port().mac().toBytes())
                .put(MacAddress.of(FROM).toBytes())
                .putShort(IPV4)
                .put((byte) 0x45);
        frame.putInt(ADDRESSES_AT, FROM.bits())
                .putInt(ADDRESSES_AT + Integer.BYTES, cluster.port().address().bits());
        cluster.host(TestCluster.WEST).network.send(new PortId(CLIENT), frame.array());
    }

    @Test
    void theFirstPacketWakesAVmThatIsAsleep() {
        assertThat(cluster.host(TestCluster.EAST).hypervisor.guest(TestCluster.VM))
                .isEmpty();
        awaitAwake(TestCluster.EAST);
        assertThat(cluster.guest(TestCluster.EAST).boots()).isEqualTo(1);
        assertThat(cluster.exchange.violations()).isEmpty();
        assertThat(cluster.host(TestCluster.EAST).pool.names()).doesNotContain(VmVolumes.memory(TestCluster.VM));
    }

    @Test
    void aVmThatIsAsleepIsWokenByAnAgentThatWasStartedAgain() {
        cluster.host(TestCluster.EAST).restartAgent();
        awaitAwake(TestCluster.EAST);
    }

    @Test
    void aVmThatHasMovedAsleepIsWokenWhereItIs() {
        MoveRecord moved = cluster.move("m1", TestCluster.WEST);
        assertThat(moved.state()).isInstanceOf(MoveState.Settled.class);
        cluster.requireRests(moved, Kind.SUSPENDED);
        awaitAwake(TestCluster.WEST);
        cluster.requireSound(moved);
    }

    @Test
    void aVmWhoseVolumesAreHandedOverIsNotWoken() {
        cluster.calls.at(HostCall.OpenVolume.class, Moment.AFTER, this::knock);
        MoveRecord moved = cluster.move("m1", TestCluster.WEST);
        cluster.requireRests(moved, Kind.SUSPENDED);
        assertThat(cluster.host(TestCluster.EAST).hypervisor.guest(TestCluster.VM))
                .isEmpty();
    }

    @Test
    void aVmThatItsUserHasSuspendedStaysSo() {
        suspend(false);
        knock();
        assertThat(cluster.host(TestCluster.EAST).hypervisor.guest(TestCluster.VM))
                .isEmpty();
    }
}
