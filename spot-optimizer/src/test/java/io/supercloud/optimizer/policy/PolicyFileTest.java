package io.supercloud.optimizer.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.settings.Settings;
import io.supercloud.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyFileTest {
    /** Every key once. */
    static final String ALL = """
            name: frugal
            objective: mix
            millisecond-worth: 0.002
            clients: {munich: {weight: 3, p95: 40ms}, oslo: {}}
            instance-type: m1.large
            sites: {allowed: [east, west, north], forbidden: [north]}
            clouds: {allowed: [aws, gcp], forbidden: [azure]}
            regions: {allowed: [eu-west-1], forbidden: [us-east-1]}
            data-residency: [eu-*, gcp/europe-*]
            require: ['offer.price < 0.5 * offer.list']
            spot-share: 60%
            diversity: {sites: 2, clouds: 1}
            affinity: shop
            anti-affinity: databases
            minimum-gain: 7.5%
            minimum-stay: 30m
            moves-per-day: 3
            quiet-hours: [mon-fri 08:00-18:00 Europe/Berlin, 23:00-01:00]
            horizon: 2h
            budget: {hour: 1.5, month: 800}
            job: {work: 20h, deadline: '2026-12-01T06:00:00Z'}
            durability: replicated 3/3/2
            standby-replicas: 2
            on-notice: stay
            on-loss: restart
            stale-after: 10m
            egress-per-gib: 0.09
            vms:
              db: {minimum-stay: 3h, sites: {allowed: [east]}}
            """;

    private static PolicyFile read(String text) {
        return PolicyFile.read(Settings.parse("policy.yaml", text));
    }

    @Test
    void everyKeyIsReadIntoItsPlace(@TempDir Path folder) throws IOException {
        Policy policy = PolicyFile.read(Files.writeString(folder.resolve("p.yaml"), ALL))
                .slice();
        assertThat(policy.name()).isEqualTo("frugal");
        assertThat(policy.objective()).isEqualTo(new Policy.Objective.Mix(0.002));
        assertThat(policy.clients())
                .isEqualTo(Map.of(
                        "munich", new Policy.ClientGroup(3, Optional.of(Duration.ofMillis(40))),
                        "oslo", new Policy.ClientGroup(1, Optional.empty())));
        assertThat(policy.places().instanceType()).contains("m1.large");
        assertThat(policy.places().requirements()).hasSize(1);
        assertThat(policy.spread())
                .isEqualTo(new Policy.Spread(
                        0.6, OptionalInt.of(2), OptionalInt.of(1), Optional.of("shop"), Optional.of("databases")));
        assertThat(policy.pace().minimumGain()).isEqualTo(0.075);
        assertThat(policy.pace().quietHours()).hasSize(2);
        assertThat(policy.pace().horizon()).contains(Duration.ofHours(2));
        assertThat(policy.budget()).isEqualTo(new Policy.Budget(OptionalDouble.of(1.5), OptionalDouble.of(800)));
        assertThat(policy.job()).contains(new Policy.Job(Duration.ofHours(20), Instant.parse("2026-12-01T06:00:00Z")));
        assertThat(policy.protection())
                .isEqualTo(new Policy.Protection("replicated 3/3/2", 2, Policy.OnNotice.STAY, Policy.OnLoss.RESTART));
        assertThat(policy.prices()).isEqualTo(new Policy.Prices(Duration.ofMinutes(10), 0.09));
    }

    @Test
    void placesArePermittedByAllOfTheirLists() {
        Policy.Places places = read(ALL).slice().places();
        assertThat(places.objection(new SiteId("east"), "aws", "eu-west-1")).isEmpty();
        assertThat(places.objection(new SiteId("south"), "aws", "eu-west-1")).isPresent();
        assertThat(places.objection(new SiteId("north"), "aws", "eu-west-1")).isPresent();
        assertThat(places.objection(new SiteId("east"), "azure", "eu-west-1")).isPresent();
        assertThat(places.objection(new SiteId("east"), "aws", "us-east-1")).isPresent();
        Policy.Places residents =
                read("name: p\ndata-residency: [eu-*, gcp/europe-*]\n").slice().places();
        assertThat(residents.objection(new SiteId("east"), "gcp", "europe-west4"))
                .isEmpty();
        assertThat(residents.objection(new SiteId("east"), "aws", "europe-west4"))
                .contains("the VM's data may not be in europe-west4");
    }

    @Test
    void everyKeyOfTheTableIsInTheExample() {
        assertThat(read(ALL).origins(Optional.empty()))
                .allSatisfy(origin -> assertThat(origin.from()).as(origin.key()).startsWith("policy.yaml:"));
    }

    @Test
    void aVmHasWhatItsOwnPartSaysThenTheSliceThenTheBuiltInPolicy() {
        PolicyFile file = read("name: p\nminimum-stay: 2h\nvms:\n  db: {minimum-stay: 3h}\n");
        assertThat(file.of(new VmId("db")).pace().minimumStay()).isEqualTo(Duration.ofHours(3));
        assertThat(file.of(new VmId("web")).pace().minimumStay()).isEqualTo(Duration.ofHours(2));
        assertThat(file.of(new VmId("db")).pace().movesPerDay())
                .isEqualTo(Policy.standard().pace().movesPerDay());
        Map<String, String> from = file.origins(Optional.of(new VmId("db"))).stream()
                .collect(Collectors.toMap(PolicyFile.Origin::key, PolicyFile.Origin::from));
        assertThat(from)
                .containsEntry("minimum-stay", "policy.yaml:4:22")
                .containsEntry("name", "policy.yaml:1:7")
                .containsEntry("moves-per-day", "built in")
                .containsEntry("horizon", "not set");
    }

    @Test
    void aPolicysTextIsAPolicyFileThatSaysTheSame() {
        PolicyFile file = read(ALL);
        for (Policy policy : new Policy[] {file.slice(), file.of(new VmId("db")), Policy.standard()}) {
            assertThat(read(policy.text()).slice()).isEqualTo(policy);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            minimum-gian: 5%                     | :2:1: unknown key 'minimum-gian' (did you mean 'minimum-gain'?)
            sites: {alowed: [east]}              | (did you mean 'allowed'?)
            vms: {db: {spot-share: 5%}}          | unknown key 'spot-share' in vms.db
            vms: {db: {minimum-styay: 1h}}       | (did you mean 'minimum-stay'?)
            vms: {DB: {}}                        | VM name 'DB' is not valid
            objective: latency                   | latency to whom?
            objective: cheap                     | 'cheap' is not one of cost, latency, mix
            millisecond-worth: 0.1               | counts only where
            on-loss: restart                     | only with 'durability: replicated'
            job: {work: 3h}                      | a job needs the key 'deadline' too
            quiet-hours: [25:00-26:00]           | are no hours
            quiet-hours: [08:00-18:00 Mars/Base] | are no hours
            require: ['offer.prise < 1.0']       | is no condition over an offer
            require: ['offer.price']             | is no condition over an offer
            data-residency: ['eu west']          | is no pattern of regions
            durability: eternal                  | is not local, archived, replicated or
            """)
    void aMistakeIsToldWithItsPlaceAndTheWayOut(String line, String told) {
        assertThatThrownBy(() -> read("name: own\n" + line + "\n"))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("policy.yaml:2:")
                .hasMessageContaining(told);
    }

    @Test
    void aNameIsRequired() {
        assertThatThrownBy(() -> read("objective: cost\n")).hasMessageContaining("key 'name' is missing");
    }

    @Test
    void noDamagedPolicyBreaksTheReader() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 500; i++) {
            StringBuilder damaged = new StringBuilder(ALL);
            for (int j = 0; j <= random.nextInt(3); j++) {
                damaged.setCharAt(random.nextInt(damaged.length()), (char) (' ' + random.nextInt(95)));
            }
            try {
                assertThat(read(damaged.toString()).slice().name()).isNotEmpty();
            } catch (SupercloudException refused) {
                assertThat(refused).as(damaged.toString()).isInstanceOf(SettingsException.class);
            }
        }
    }
}
