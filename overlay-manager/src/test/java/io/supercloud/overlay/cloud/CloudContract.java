package io.supercloud.overlay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import org.junit.jupiter.api.Test;

/** What every {@link Cloud} does. The cloud under test has the zone north-a with room for two. */
abstract class CloudContract {
    abstract Cloud cloud();

    abstract String deployment();

    LaunchRequest request(String host) {
        return new LaunchRequest(
                deployment(),
                new HostId(host),
                "north-a",
                "local.small",
                true,
                "token-of-" + host,
                Lab.KEYS.publicKeyLine());
    }

    @Test
    void aLaunchedInstanceHasWhatWasAskedForAndIsListed() {
        Instance instance = cloud().launch(request("alpha"));

        assertThat(instance.account()).isEqualTo(cloud().account());
        assertThat(instance.host()).isEqualTo(new HostId("alpha"));
        assertThat(instance.zone()).isEqualTo("north-a");
        assertThat(instance.instanceType()).isEqualTo("local.small");
        assertThat(instance.spot()).isTrue();
        assertThat(instance.token()).isEqualTo("token-of-alpha");
        assertThat(instance.address()).isNotEqualTo(Instance.NO_ADDRESS);
        assertThat(cloud().list(deployment())).containsExactly(instance);
        assertThat(cloud().list("another")).isEmpty();
    }

    @Test
    void aTerminatedInstanceIsGoneAndTerminatingItAgainIsNoError() {
        Instance instance = cloud().launch(request("beta"));

        cloud().terminate(instance.id());
        cloud().terminate(instance.id());

        assertThat(cloud().list(deployment())).isEmpty();
    }

    @Test
    void aFullZoneSaysThatItHasNoCapacityUntilOneLeaves() {
        Instance first = cloud().launch(request("gamma"));
        Instance second = cloud().launch(request("delta"));
        assertThat(second.address()).isNotEqualTo(first.address());

        assertThatThrownBy(() -> cloud().launch(request("epsilon")))
                .isInstanceOf(CloudException.NoCapacity.class)
                .hasMessageContaining("north-a");
        assertThat(cloud().list(deployment())).containsExactlyInAnyOrder(first, second);

        cloud().terminate(first.id());
        assertThat(cloud().launch(request("epsilon")).host()).isEqualTo(new HostId("epsilon"));
    }

    @Test
    void anUnknownZoneIsRefused() {
        LaunchRequest request = new LaunchRequest(
                deployment(), new HostId("zeta"), "nowhere", "local.small", false, "t", Lab.KEYS.publicKeyLine());
        assertThatThrownBy(() -> cloud().launch(request)).isInstanceOf(CloudException.class);
        assertThat(cloud().list(deployment())).isEmpty();
    }
}
