package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuBaselineTest {
    private static final List<String> INTEL = List.of("Conroe", "Haswell-noTSX", "Nehalem", "Westmere", "qemu64");
    private static final List<String> AMD = List.of("Conroe", "EPYC", "Nehalem", "qemu64");

    @Test
    void theBestModelThatAllHostsHaveIsPicked() {
        assertThat(CpuBaseline.of(List.of(INTEL))).isEqualTo("Haswell-noTSX");
        assertThat(CpuBaseline.of(List.of(AMD))).isEqualTo("EPYC");
        assertThat(CpuBaseline.of(List.of(INTEL, AMD))).isEqualTo("Nehalem");
        assertThat(CpuBaseline.of(List.of(INTEL, List.of("qemu64")))).isEqualTo("qemu64");
    }

    @Test
    void hostsWithNothingInCommonAreTold() {
        assertThatThrownBy(() -> CpuBaseline.of(List.of(INTEL, List.of("base"))))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("in common");
    }
}
