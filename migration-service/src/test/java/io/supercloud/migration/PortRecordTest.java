package io.supercloud.migration;

import static io.supercloud.migration.Samples.EAST;
import static io.supercloud.migration.Samples.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.Owner;
import io.supercloud.overlay.sdn.Port;
import org.junit.jupiter.api.Test;

class PortRecordTest {
    private static final PortRecord MOVING = Samples.port().moving(EAST, WEST);

    @Test
    void atRestAPortIsAtItsOwnerAlone() {
        Port port = Samples.port().toPort(new Owner(EAST, 1));
        assertThat(port.staged()).isEmpty();
        assertThat(port.previous()).isEmpty();
        assertThat(port.owner()).isEqualTo(new Owner(EAST, 1));
    }

    @Test
    void beforeTheOwnerChangeTheTargetIsStaged() {
        Port port = MOVING.toPort(new Owner(EAST, 1));
        assertThat(port.staged()).contains(WEST);
        assertThat(port.previous()).isEmpty();
    }

    @Test
    void afterTheOwnerChangeTheSourceForwardsStragglers() {
        Port port = MOVING.toPort(new Owner(WEST, 2));
        assertThat(port.staged()).isEmpty();
        assertThat(port.previous()).contains(EAST);
    }

    @Test
    void aMoveLeavesTheRecordAsItWas() {
        assertThat(MOVING.resting()).isEqualTo(Samples.port());
    }
}
