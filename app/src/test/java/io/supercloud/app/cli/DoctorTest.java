package io.supercloud.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.app.cli.Doctor.Finding;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @Test
    void everyUnsoundFindingComesWithWhatMendsIt(@TempDir Path noProbe) {
        List<Finding> findings = Doctor.examine(noProbe);
        assertThat(findings)
                .extracting(Finding::check)
                .contains("user", "ovs-vswitchd", "hypervisor", "accelerator", "memory");
        assertThat(findings).extracting(Finding::check).doesNotHaveDuplicates();
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.found()).isNotBlank();
            assertThat(finding.mend().isEmpty()).as(finding.toString()).isEqualTo(finding.sound());
        });
    }

    @Test
    void aMissingProbeGuestIsUnsoundAndBuiltByMake(@TempDir Path noProbe) {
        assertThat(Doctor.examine(noProbe))
                .filteredOn(finding -> finding.check().equals("accelerator"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.sound()).isFalse();
                    assertThat(finding.mend()).isEqualTo("make build");
                });
    }
}
