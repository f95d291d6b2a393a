package io.supercloud.migration.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.Accelerator;
import org.junit.jupiter.api.Test;

class QemuProbeTest {
    private static final String GREETING = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n";

    @Test
    void modelsThatLackAFeatureOrMeanAnotherCpuElsewhereAreLeftOut() {
        QemuProbe probe = QemuProbe.parse(GREETING + """
                {"return": {}}
                {"return": [{"name": "pc-i440fx-9.2"}, {"name": "none"}, {"name": ""}], "id": "machines"}
                {"return": [
                """.stripTrailing() + """
                {"name": "max", "migration-safe": false, "unavailable-features": []},\
                {"name": "EPYC", "migration-safe": true, "unavailable-features": ["topoext"]},\
                {"name": "qemu64", "migration-safe": true, "unavailable-features": []}], "id": "models"}
                {"return": [{"capability": "xbzrle", "state": false}, {"capability": "multifd", "state": false}], \
                "id": "capabilities"}
                {"return": [{"name": "1", "meta-type": "enum", "values": ["zlib", "zstd"]},\
                {"name": "2", "meta-type": "enum", "values": ["none", "zlib"]}], "id": "schema"}
                {"return": {}}
                """);

        assertThat(probe.machines()).containsExactly("none", "pc-i440fx-9.2");
        assertThat(probe.cpuModels()).containsExactly("qemu64");
        assertThat(probe.channels()).isEqualTo(1);
        assertThat(probe.compressedStreams())
                .as("the images' compression counts not")
                .isFalse();
    }

    @Test
    void aQemuThatListsNothingIsTold() {
        assertThatThrownBy(() -> QemuProbe.parse(GREETING + "{\"error\": {}, \"id\": \"machines\"}"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("machines");
    }

    @Test
    void theQemuOfThisMachineListsAll() {
        QemuProbe probe = QemuProbe.of("qemu-system-x86_64", Accelerator.TCG);

        assertThat(probe.machines()).anyMatch(name -> name.startsWith("pc-i440fx-"));
        assertThat(probe.cpuModels()).contains("qemu64", "Nehalem").doesNotContain("max", "host");
        assertThat(probe.channels()).isEqualTo(1);
        assertThat(probe.compressedStreams()).isTrue();
    }
}
