package io.supercloud.migration;

import static io.supercloud.migration.Samples.EAST;
import static io.supercloud.migration.Samples.WEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OwnersTest {
    private static final String VM = "web";
    private static final Owner FIRST = new Owner(EAST, 1);
    private static final Owner SECOND = new Owner(WEST, 2);

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final Owners owners = new Owners(registry);

    @BeforeEach
    void first() {
        assertThat(owners.first(VM, EAST)).isEqualTo(FIRST);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void thereIsOneFirstOwner() {
        assertThatThrownBy(() -> owners.first(VM, WEST)).isInstanceOf(RegistryException.Exists.class);
        assertThat(owners.find(VM)).contains(FIRST);
    }

    @Test
    void ofTwoThatChangeTheOwnerOneSucceeds() {
        Registry.Entry held = owners.hold(VM, FIRST);
        owners.change(held, SECOND);

        assertThatThrownBy(() -> owners.change(held, new Owner(new HostId("north"), 2)))
                .isInstanceOf(RegistryException.Changed.class);
        assertThat(owners.find(VM)).contains(SECOND);
    }

    @Test
    void onlyTheNextEpochMayFollow() {
        Registry.Entry held = owners.hold(VM, FIRST);
        for (long epoch : new long[] {1, 3}) {
            assertThatThrownBy(() -> owners.change(held, new Owner(WEST, epoch)))
                    .isInstanceOf(MigrationException.class);
        }
        assertThat(owners.find(VM)).contains(FIRST);
    }

    @Test
    void whoIsNotTheOwnerHoldsNothing() {
        assertThatThrownBy(() -> owners.hold(VM, SECOND))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("east");
        assertThatThrownBy(() -> owners.hold("nobody", FIRST)).isInstanceOf(MigrationException.class);
    }

    @Test
    void aFenceMakesAnOlderHoldFail() {
        Registry.Entry held = owners.hold(VM, FIRST);

        assertThat(owners.fence(VM, FIRST)).isTrue();

        assertThatThrownBy(() -> owners.change(held, SECOND)).isInstanceOf(RegistryException.Changed.class);
        assertThat(owners.find(VM)).contains(FIRST);
    }

    @Test
    void aFenceThatCameTooLateSaysSo() {
        owners.change(owners.hold(VM, FIRST), SECOND);

        assertThat(owners.fence(VM, FIRST)).isFalse();
        assertThat(owners.find(VM)).contains(SECOND);
    }

    @Test
    void anUnknownOutcomeIsSettledAsItHappened() {
        Registry.Entry held = owners.hold(VM, FIRST);
        owners.change(held, SECOND);

        assertThat(owners.settle(held)).isEqualTo(SECOND);
    }

    @Test
    void aChangeThatDidNotHappenCannotHappenOnceItIsSettled() {
        Registry.Entry held = owners.hold(VM, FIRST);

        assertThat(owners.settle(held)).isEqualTo(FIRST);

        assertThatThrownBy(() -> owners.change(held, SECOND)).isInstanceOf(RegistryException.Changed.class);
    }

    @Test
    void whereTheRegistryIsSilentNothingIsSettled() {
        Registry.Entry held = owners.hold(VM, FIRST);
        registry.cutOff();
        assertThatThrownBy(() -> owners.settle(held)).isInstanceOf(RegistryException.Unavailable.class);
    }
}
