package io.supercloud.migration.agent;

import static io.supercloud.migration.Samples.EAST;
import static io.supercloud.migration.Samples.WEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.image.Durability;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.DiskCare;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.VolumeProgress;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Protection;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StandbyDiskTest {
    private static final long LIMIT_MILLIS = 2_000;
    private static final int FILLED_BYTES = 400 << 10;
    private static final long FILLED_AT = 512 << 10;

    @TempDir
    Path folder;

    private TestCluster cluster;

    @AfterEach
    void stop() {
        cluster.close();
    }

    private VolumeProgress keepAt(HostId host) {
        return cluster.calls
                .of(host)
                .call(new HostCall.TendDisk(cluster.spec, cluster.owner(), new DiskCare.StandBy(LIMIT_MILLIS)));
    }

    private Volume diskAt(HostId host) {
        return cluster.host(host).pool.find(cluster.spec.id().value()).orElseThrow();
    }

    private void fill() {
        byte[] content = new byte[FILLED_BYTES];
        new SplittableRandom(3).nextBytes(content);
        diskAt(EAST).write(FILLED_AT, ByteBuffer.wrap(content), false);
    }

    @Test
    void aMoveToWhereACopyIsSendsTheRestAlone() {
        cluster = new TestCluster(folder);
        fill();
        keepAt(WEST);
        assertThat(diskAt(WEST).bytesFetched()).isGreaterThanOrEqualTo(FILLED_BYTES);
        MoveRecord ended = cluster.move("m1", WEST);
        cluster.requireSound(ended);
        assertThat(((MoveState.Settled) ended.state()).report().diskBytes()).isLessThan(FILLED_BYTES / 2);
        keepAt(EAST);
        assertThat(diskAt(EAST).state()).isEqualTo(new VolumeState.Standby(3));
        cluster.requireSound(cluster.move("m2", EAST));
    }

    @Test
    void aCopyGoesOnAfterARestartOfItsAgent() {
        cluster = new TestCluster(folder);
        keepAt(WEST);
        fill();
        cluster.host(WEST).restartAgent();
        keepAt(WEST);
        assertThat(diskAt(WEST).bytesFetched()).isGreaterThanOrEqualTo(FILLED_BYTES);
        cluster.requireSound(cluster.move("m1", WEST));
    }

    @Test
    void theHostOfTheVmNeedsNoCopy() {
        cluster = new TestCluster(folder);
        assertThatThrownBy(() -> keepAt(EAST))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("needs no copy");
    }

    @Test
    void aReplicatedDiskIsOpenedFromItsCopyWhenItsHostIsLost() {
        cluster = new TestCluster(folder, Protection.of(new Durability.Replicated(Copies.DEFAULT)));
        fill();
        diskAt(EAST).flush();
        keepAt(WEST);
        Volume opened = VmVolumes.open(cluster.host(WEST).pool, cluster.spec, 2);
        assertThat(opened.state()).isEqualTo(new VolumeState.Open(2));
        assertThat(opened.missingBlocks() * Volume.BLOCK_BYTES).isLessThan(FILLED_BYTES / 2);
    }

    @Test
    void aDiskThatWasOnItsHostAloneIsNotReplacedByACopyThatIsBehind() {
        cluster = new TestCluster(folder);
        keepAt(WEST);
        assertThatThrownBy(() -> VmVolumes.open(cluster.host(WEST).pool, cluster.spec, 2))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("behind");
    }
}
