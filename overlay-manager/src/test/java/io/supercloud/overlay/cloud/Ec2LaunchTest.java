package io.supercloud.overlay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.overlay.cloud.ec2.Ec2Clouds;
import io.supercloud.overlay.cloud.ec2.Ec2Credential;
import io.supercloud.overlay.cloud.ec2.fake.Fault;
import io.supercloud.overlay.cloud.ec2.fake.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What EC2 answers when things go wrong, and what comes of it. */
final class Ec2LaunchTest {
    private static final String DEPLOYMENT = "demo";
    private static final String RUN = "RunInstances";
    private static final HostId HOST = new HostId("alpha");
    private static final int SEEDS = 25;

    @TempDir
    Path directory;

    private Ec2Bed bed;

    @BeforeEach
    void open() throws IOException {
        bed = new Ec2Bed(directory);
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void anOrderSaysAllThatTheHostNeeds() {
        launcher().launch(bed.order(DEPLOYMENT, "alpha", "m8i.xlarge", true), line -> {});
        launcher().launch(bed.order(DEPLOYMENT, "beta", "m5.metal", false), line -> {});

        assertThat(bed.ec2.instances().get(0).parameters())
                .containsEntry("InstanceMarketOptions.MarketType", "spot")
                .containsEntry("CpuOptions.NestedVirtualization", "enabled")
                .containsEntry("MinCount", "1")
                .containsEntry("MaxCount", "1")
                .containsEntry("TagSpecification.2.ResourceType", "volume")
                .doesNotContainKey("InstanceInitiatedShutdownBehavior");
        assertThat(bed.ec2.instances().get(1).parameters())
                .containsEntry("InstanceInitiatedShutdownBehavior", "terminate")
                .doesNotContainKeys("CpuOptions.NestedVirtualization", "InstanceMarketOptions.MarketType");
        String userData = new String(
                Base64.getDecoder()
                        .decode(bed.ec2.instances().get(0).parameters().get("UserData")),
                StandardCharsets.UTF_8);
        assertThat(userData).startsWith("#cloud-config\n").contains(Lab.KEYS.publicKeyLine());
    }

    @Test
    void anOrderWhoseAnswerIsLostBuysOnce() {
        bed.ec2.faults(Faults.first(RUN, Fault.ANSWER_LOST, Fault.ANSWER_LOST));

        Launched launched = launch("m5.metal", false);

        assertThat(bed.ec2.calls().stream().filter(RUN::equals)).hasSize(3);
        assertThat(bed.ec2.instances()).hasSize(1);
        assertThat(bed.billed()).containsExactly(launched.instance().id());
    }

    @Test
    void whatWasBoughtAndNeverAnsweredIsEnded() {
        bed.ec2.faults(Faults.first(RUN, Fault.ANSWER_LOST, Fault.ANSWER_LOST, Fault.ANSWER_LOST));

        assertThatThrownBy(() -> launch("m5.metal", false))
                .isInstanceOf(CloudException.class)
                .isNotInstanceOf(CloudException.Refused.class)
                .hasMessageContaining("EC2 gave no answer");

        assertThat(bed.ec2.instances()).hasSize(1);
        assertThat(bed.billed()).isEmpty();
        assertThat(bed.records()).isEmpty();
    }

    @Test
    void whereNothingWasOrderedYetALostAnswerIsARefusal() {
        bed.ec2.faults(action -> Optional.of(Fault.ANSWER_LOST));

        assertThatThrownBy(() -> launch("m5.metal", false)).isInstanceOf(CloudException.Refused.class);

        assertThat(bed.ec2.instances()).isEmpty();
        assertThat(bed.records()).isEmpty();
    }

    @Test
    void aRefusalAfterALostAnswerProvesNothing() {
        bed.ec2.faults(Faults.first(RUN, Fault.ANSWER_LOST, Fault.UNAUTHORIZED));

        assertThatThrownBy(() -> launch("m5.metal", false)).isNotInstanceOf(CloudException.Refused.class);

        assertThat(bed.ec2.instances()).hasSize(1);
        assertThat(bed.billed()).isEmpty();
    }

    @Test
    void anInstanceThatIsSeenLateIsWaitedFor() {
        bed.ec2.lag(Duration.ofSeconds(40));
        Instant before = bed.time.instant();

        launch("m5.metal", false);

        assertThat(Duration.between(before, bed.time.instant()))
                .isBetween(Duration.ofSeconds(40), Duration.ofMinutes(1));
        assertThat(bed.billed()).isEqualTo(bed.known());
    }

    @Test
    void anInstanceThatIsNeverSeenIsEndedWhenItIs() {
        bed.ec2.lag(Duration.ofMinutes(6));
        assertThatThrownBy(() -> launch("m5.metal", false)).isInstanceOf(CloudException.Unfinished.class);
        assertThat(bed.billed()).hasSize(1);
        assertThat(bed.records()).hasSize(1);

        bed.time.sleep(Duration.ofMinutes(2));
        assertThat(launcher().sweep(DEPLOYMENT)).hasSize(1);

        assertThat(bed.billed()).isEmpty();
        assertThat(bed.records()).isEmpty();
    }

    @Test
    void tooManyCallsAreMadeAgainLaterAndLater() {
        bed.ec2.faults(Faults.first(RUN, Fault.THROTTLED, Fault.THROTTLED, Fault.THROTTLED));
        Instant before = bed.time.instant();

        launch("m5.metal", false);

        assertThat(Duration.between(before, bed.time.instant())).isGreaterThanOrEqualTo(Duration.ofSeconds(1 + 2 + 4));
    }

    @Test
    void anAccountThatIsThrottledForLongBuysNothing() {
        bed.ec2.faults(action -> Optional.of(Fault.THROTTLED));
        assertThatThrownBy(() -> launch("m5.metal", false)).isInstanceOf(CloudException.Refused.class);
        assertThat(bed.ec2.instances()).isEmpty();
        assertThat(bed.records()).isEmpty();
    }

    @Test
    void fullZonesAndQuotasAreToldApartFromOtherRefusals() {
        bed.ec2.faults(Faults.first(RUN, Fault.NO_CAPACITY, Fault.NO_QUOTA, Fault.UNAUTHORIZED));

        assertThatThrownBy(() -> launch("m5.metal", false))
                .isInstanceOf(CloudException.NoCapacity.class)
                .hasMessageContaining("north-a");
        assertThatThrownBy(() -> launch("m5.metal", false))
                .isInstanceOf(CloudException.NoCapacity.class)
                .hasMessageContaining("quota");
        assertThatThrownBy(() -> launch("m5.metal", false))
                .isInstanceOf(CloudException.Refused.class)
                .isNotInstanceOf(CloudException.NoCapacity.class)
                .hasMessageContaining("policy");
        assertThat(bed.ec2.instances()).isEmpty();
        assertThat(bed.records()).isEmpty();
    }

    @Test
    void aWrongSecretAndAWrongClockAreNamed() {
        Ec2Credential wrong = Ec2Credential.parse("AKIDFAKE:another");
        Cloud stranger = Ec2Clouds.open(bed.ec2.account("aws", "owner", () -> wrong), bed.time, bed.time);
        assertThatThrownBy(() -> stranger.list(DEPLOYMENT))
                .hasMessageContaining("account aws")
                .hasMessageContaining("its credential is wrong")
                .hasMessageNotContaining("another");

        Cloud late =
                Ec2Clouds.open(bed.ec2.account("aws"), () -> bed.time.instant().plus(Duration.ofMinutes(16)), bed.time);
        assertThatThrownBy(() -> late.list(DEPLOYMENT)).hasMessageContaining("this machine's clock is wrong");
        stranger.close();
        late.close();
    }

    @Test
    void aCredentialThatChangesIsUsedAtOnce() {
        AtomicReference<Ec2Credential> credential = new AtomicReference<>(Ec2Credential.parse("AKIDFAKE:expired"));
        Cloud changing = Ec2Clouds.open(bed.ec2.account("aws", "owner", credential::get), bed.time, bed.time);
        assertThatThrownBy(() -> changing.list(DEPLOYMENT)).hasMessageContaining("credential");

        credential.set(Ec2Credential.parse("AKIDFAKE:secret/of+the/fake"));

        assertThat(changing.list(DEPLOYMENT)).isEmpty();
        changing.close();
    }

    @Test
    void listsGoOnOverAllPages() {
        for (int i = 0; i < 5; i++) {
            launcher().launch(bed.order(DEPLOYMENT, "host-" + i, "m5.metal", false), line -> {});
        }
        assertThat(bed.cloud.list(DEPLOYMENT))
                .extracting(Instance::id)
                .containsExactlyInAnyOrderElementsOf(bed.billed());
    }

    @Test
    void anotherDeploymentOfTheSameNameIsLeftAlone() {
        launch("m5.metal", false);
        Cloud other = Ec2Clouds.open(
                bed.ec2.account("aws", "somebody else", () -> Ec2Credential.parse("AKIDFAKE:secret/of+the/fake")),
                bed.time,
                bed.time);

        assertThat(bed.launcher(new InMemoryRegistry(), other).sweep(DEPLOYMENT))
                .isEmpty();

        assertThat(bed.billed()).hasSize(1);
        other.close();
    }

    @Test
    void aGroupIsOpenForExactlyTheHostsThatAreThere() {
        launcher().launch(bed.order(DEPLOYMENT, "alpha", "m5.metal", false), line -> {});
        launcher().launch(bed.order(DEPLOYMENT, "beta", "m5.metal", false), line -> {});
        assertThat(bed.ec2.groups()).hasSize(1);
        assertThat(bed.open()).hasSize(5).isEqualTo(bed.needed());

        launcher().terminate(HOST);
        launcher().sweep(DEPLOYMENT);
        assertThat(bed.open()).hasSize(3).isEqualTo(bed.needed());

        launcher().terminate(new HostId("beta"));
        launcher().forget(DEPLOYMENT);
        assertThat(bed.ec2.groups()).isEmpty();
        launcher().forget(DEPLOYMENT);
    }

    @Test
    void whatIsGoneBehindOurBackIsForgottenWithoutAWait() {
        launch("m5.metal", false);
        bed.ec2.forget();
        bed.time.sleep(Duration.ofHours(1));
        Instant before = bed.time.instant();

        launcher().terminate(HOST);

        assertThat(bed.records()).isEmpty();
        assertThat(bed.time.instant()).isEqualTo(before);
    }

    @Test
    void whateverGoesWrongNothingIsPaidForThatNoRecordNames() {
        for (long seed = 0; seed < SEEDS; seed++) {
            bed.registry = new InMemoryRegistry();
            bed.ec2.lag(Duration.ofSeconds(seed % 3 * 10));
            bed.ec2.faults(Faults.random(seed, 0.4, List.of(Fault.values())));
            attempt(() -> launch("m5.metal", false));
            attempt(() -> launcher().terminate(HOST));
            attempt(() -> launch("m5.metal", true));
            bed.ec2.faults(Faults.none());
            bed.time.sleep(Duration.ofMinutes(6));
            launcher().sweep(DEPLOYMENT);

            assertThat(bed.billed()).as("seed %d", seed).isEqualTo(bed.known());
            assertThat(bed.records()).as("seed %d", seed).hasSameSizeAs(bed.known());
            launcher().terminate(HOST);
            assertThat(bed.billed()).as("seed %d", seed).isEmpty();
        }
    }

    private static void attempt(Runnable work) {
        try {
            work.run();
        } catch (CloudException e) {
            assertThat(e).hasMessageContaining("account aws");
        }
    }

    private HostLauncher launcher() {
        return bed.launcher(bed.registry, bed.cloud);
    }

    private Launched launch(String instanceType, boolean spot) {
        return launcher().launch(bed.order(DEPLOYMENT, HOST.value(), instanceType, spot), line -> {});
    }
}
