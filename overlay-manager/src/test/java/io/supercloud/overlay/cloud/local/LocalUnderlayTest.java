package io.supercloud.overlay.cloud.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.Lab;
import io.supercloud.overlay.cloud.Transfer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalUnderlayTest {
    private static final int TRANSFER_BYTES = 5_000_000;

    @TempDir
    Path directory;

    @Test
    void sitesAreAsFarApartAsAsked() {
        try (Lab lab = new Lab(directory)) {
            Lab.in(north(lab), "ping -c 1 198.18.2.1");
            String output = Lab.in(north(lab), "ping -c 5 -i 0.1 -s 1472 -M do 198.18.2.1");

            Matcher shortest = Pattern.compile("min/avg/max/mdev = ([0-9.]+)/").matcher(output);
            assertThat(shortest.find()).as(output).isTrue();
            assertThat(Double.parseDouble(shortest.group(1))).isBetween(Lab.RTT_MILLIS, Lab.RTT_MILLIS + 5);
        }
    }

    @Test
    void fullSegmentsPassAndTheBandwidthIsBounded() throws Exception {
        try (Lab lab = new Lab(directory)) {
            Transfer transfer = Transfer.run(north(lab), south(lab), SiteSpec.gateway(2), TRANSFER_BYTES);

            assertThat(transfer.receivedBytes()).isEqualTo(TRANSFER_BYTES);
            assertThat(TRANSFER_BYTES * 8 / transfer.seconds()).isLessThan(Lab.BITS_PER_SECOND * 1.2);
        }
    }

    @Test
    void aCutDropsEverythingUntilItIsHealed() {
        try (Lab lab = new Lab(directory)) {
            LocalUnderlay.cut(lab.underlay(), Lab.NORTH, Lab.SOUTH);
            LocalUnderlay.cut(lab.underlay(), Lab.SOUTH, Lab.NORTH);
            assertThat(Lab.in(north(lab), "ping -c 1 -W 0.3 198.18.2.1")).doesNotContain("bytes from");
            assertThat(Lab.in(south(lab), "ping -c 1 -W 0.3 198.18.1.1")).doesNotContain("bytes from");
            assertThat(Lab.in(manager(lab), "ping -c 1 -W 1 198.18.2.1")).contains("bytes from");

            LocalUnderlay.heal(lab.underlay(), Lab.NORTH, Lab.SOUTH);
            LocalUnderlay.heal(lab.underlay(), Lab.NORTH, Lab.SOUTH);
            assertThat(Lab.in(north(lab), "ping -c 1 -W 1 198.18.2.1")).contains("bytes from");
        }
    }

    @Test
    void theManagerReachesEverySiteAndThisMachineNone() {
        try (Lab lab = new Lab(directory)) {
            assertThat(Lab.in(manager(lab), "ping -c 1 -W 1 198.18.1.1")).contains("bytes from");
            assertThat(Lab.in(south(lab), "ping -c 1 -W 1 198.19.0.1")).contains("bytes from");
            assertThat(Lab.shell("ip route; ip address"))
                    .doesNotContain("198.18.")
                    .doesNotContain("198.19.");
        }
    }

    @Test
    void destroyLeavesNothing() {
        String before = Lab.shell("ip -br link");
        try (Lab lab = new Lab(directory)) {
            List<Integer> processes = pids(lab);

            LocalUnderlay.destroy(lab.underlay());
            LocalUnderlay.destroy(lab.underlay());

            assertThat(Lab.shell("ip netns list")).doesNotContain(lab.deployment);
            awaitEnd(processes);
            assertThat(Lab.shell("ip -br link")).isEqualTo(before);
            assertThat(lab.underlay()).isEmptyDirectory();
        }
    }

    @Test
    void sweepNeedsNoStateDirectoryAndSparesOtherDeployments() {
        try (Lab lab = new Lab(directory.resolve("lost"));
                Lab other = new Lab(directory.resolve("kept"))) {
            List<Integer> processes = pids(lab);
            Lab.shell("rm -rf " + lab.directory);

            assertThat(LocalUnderlay.sweep(lab.deployment)).hasSize(3);

            assertThat(LocalUnderlay.sweep(lab.deployment)).isEmpty();
            awaitEnd(processes);
            assertThat(Lab.in(north(other), "ping -c 1 -W 1 198.18.2.1")).contains("bytes from");
        }
    }

    @Test
    void aSecondUnderlayOfTheSameDeploymentIsRefused() {
        try (Lab lab = new Lab(directory)) {
            UnderlaySpec spec = new UnderlaySpec(lab.deployment, List.of(new SiteSpec(Lab.NORTH, 1)), List.of());
            assertThatThrownBy(() -> LocalUnderlay.create(spec, directory.resolve("second")))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining(lab.deployment);
            assertThat(Lab.in(north(lab), "ping -c 1 -W 1 198.18.2.1")).contains("bytes from");
        }
    }

    @Test
    void theNoteOfAnUnderlayIsReadAsItWasWritten() {
        UnderlaySpec spec = new UnderlaySpec(
                "notes",
                List.of(new SiteSpec(Lab.NORTH, 1), new SiteSpec(Lab.SOUTH, 250)),
                List.of(new LinkSpec(Lab.SOUTH, Lab.NORTH, 0.5, 10_000_000_000L)));
        UnderlayFile.write(spec, directory);
        assertThat(UnderlayFile.read(directory)).isEqualTo(spec);
    }

    @Test
    void aLinkToAnUnknownSiteIsRefused() {
        assertThatThrownBy(() -> new UnderlaySpec(
                        "links",
                        List.of(new SiteSpec(Lab.NORTH, 1)),
                        List.of(new LinkSpec(Lab.NORTH, new SiteId("west"), 1, 0))))
                .hasMessageContaining("west");
    }

    private static List<Integer> pids(Lab lab) {
        String output = Lab.shell("for n in r1 r2 mgr; do ip netns pids sc-%s-$n; done".formatted(lab.deployment));
        List<Integer> pids = output.lines().map(Integer::valueOf).toList();
        assertThat(pids).isNotEmpty();
        return pids;
    }

    /** A killed process is there until its parent, or this machine's init, has taken note. */
    private static void awaitEnd(List<Integer> pids) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> pids.stream().noneMatch(pid -> Files.exists(Path.of("/proc", pid.toString()))));
    }

    private static String north(Lab lab) {
        return "sc-" + lab.deployment + "-r1";
    }

    private static String south(Lab lab) {
        return "sc-" + lab.deployment + "-r2";
    }

    private static String manager(Lab lab) {
        return LocalUnderlay.managerNamespace(lab.deployment);
    }
}
