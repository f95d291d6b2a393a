package io.supercloud.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.app.config.DeploymentConfig.Account;
import io.supercloud.app.config.DeploymentConfig.Link;
import io.supercloud.app.config.DeploymentConfig.OfferConfig;
import io.supercloud.app.config.DeploymentConfig.Quota;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.Cidr;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.image.ArchiveLimits;
import io.supercloud.image.Durability;
import io.supercloud.image.KeyReference;
import io.supercloud.image.PoolLimits;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.Protection;
import io.supercloud.migration.Protection.OnHostLoss;
import io.supercloud.migration.StubRecord;
import io.supercloud.objects.ObjectSettings;
import io.supercloud.optimizer.live.GcpCatalogue;
import io.supercloud.optimizer.live.PriceForm;
import io.supercloud.optimizer.live.PriceSource;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
    private static final SiteId AMBER = new SiteId("amber-1");
    private static final SiteId BIRCH = new SiteId("birch-1");
    private static final SiteId CEDAR = new SiteId("cedar-1");

    private static String shipped() {
        try (InputStream template = ConfigReader.class.getResourceAsStream("local.yaml")) {
            return new String(template.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static DeploymentConfig parse(String text) {
        return ConfigReader.parse("local.yaml", text);
    }

    /** The 1-based line of the shipped file on which {@code text} stands. */
    private static int lineOf(String text) {
        List<String> lines = shipped().lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i + 1;
            }
        }
        throw new AssertionError("the shipped file does not say " + text);
    }

    @Test
    void anIdleVmSleepsAfterTheTimeThatIsGivenOrNever() {
        assertThat(parse(shipped()).suspendAfter()).isZero();
        assertThat(parse(shipped() + "idle: {suspendAfter: 10m}\n").suspendAfter())
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(parse(shipped() + "idle: {suspendAfter: never}\n").suspendAfter())
                .isZero();
        assertThatThrownBy(() -> parse(shipped() + "idle: {suspendAfter: 1s}\n"))
                .hasMessageContaining("at least 10s");
    }

    @Test
    void poolsTakeWhatIsGivenOrTheDefault() {
        assertThat(parse(shipped()).pools()).isEqualTo(PoolLimits.DEFAULT);
        assertThat(parse(shipped() + "pools: {maps: 1GiB, openFiles: 500}\n").pools())
                .isEqualTo(new PoolLimits(1L << 30, 500));
        assertThat(parse(shipped() + "pools: {archive: {bytesPerSecond: 8MiB, within: 30s, kept: 1GiB}}\n")
                        .pools()
                        .archive())
                .isEqualTo(new ArchiveLimits(8L << 20, 30_000, 1L << 30));
        assertThatThrownBy(() -> parse(shipped() + "pools: {archive: {bytesPerSecond: 0MiB}}\n"))
                .hasMessageContaining("0 bytes a second");
        assertThatThrownBy(() -> parse(shipped() + "pools: {openFiles: 3}\n")).hasMessageContaining("64");
        assertThatThrownBy(() -> parse(shipped() + "pools: {map: 1GiB}\n")).hasMessageContaining("maps");
    }

    @Test
    void anAccountHasTheLimitsThatItsQuotaNames() {
        assertThat(parse(shipped()).accounts().get("amber").quota()).isEqualTo(Quota.NONE);
        String limited =
                shipped().replaceFirst("amber: \\{provider: local", "amber: {provider: local, quota: {vcpus: 8}");
        assertThat(parse(limited).accounts().get("amber").quota())
                .isEqualTo(new Quota(Integer.MAX_VALUE, 8, Long.MAX_VALUE));
    }

    @Test
    void aVmWhoseHostIsLostIsBootedResumedOrLeft() {
        Durability replicated = new Durability.Replicated(Copies.DEFAULT);
        assertThat(parse(shipped() + "durability: replicated\n").protection())
                .isEqualTo(new Protection(replicated, OnHostLoss.RESTART, Duration.ZERO));
        assertThat(parse(shipped() + "durability: replicated\nonHostLoss: resume\n")
                        .protection())
                .isEqualTo(new Protection(replicated, OnHostLoss.RESUME, Duration.ofMinutes(5)));
        assertThat(parse(shipped() + "durability: replicated\nonHostLoss: resume\ncheckpointEvery: 30s\n")
                        .protection()
                        .checkpointEvery())
                .isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aVmWhoseDiskIsArchivedIsBootedElsewhereOnlyWhereThatIsAskedFor() {
        assertThat(parse(shipped() + "durability: archived\n").protection().onHostLoss())
                .isEqualTo(OnHostLoss.STAY);
        assertThat(parse(shipped() + "durability: archived\nonHostLoss: restart\n")
                        .protection())
                .isEqualTo(new Protection(Durability.ARCHIVED, OnHostLoss.RESTART));
        assertThatThrownBy(() -> parse(shipped() + "durability: archived\nonHostLoss: resume\n"))
                .hasMessageContaining("checkpoint");
        assertThat(parse(shipped() + "durability: archived\n").ledgers())
                .isEqualTo(new DeploymentConfig.LedgerHosts.None());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "onHostLoss: resume\n",
                "durability: replicated\ncheckpointEvery: 30s\n",
                "durability: replicated\nonHostLoss: resume\ncheckpointEvery: 1s\n"
            })
    void checkpointsThatCannotBeAreRefusedWithTheirLine(String keys) {
        assertThatThrownBy(() -> parse(shipped() + keys)).hasMessageContaining("local.yaml:");
    }

    @Test
    void aNetworkOverEncryptedTunnelsHasNoLargerPacketsThanTheyTake() {
        String machines = shipped().replaceFirst("provider: local", "provider: local-vm");
        assertThat(parse(machines.replace(", mtu: 1450", "")).network().mtu()).isEqualTo(1370);
        assertThat(parse(machines.replace("mtu: 1450", "mtu: 1300")).network().mtu())
                .isEqualTo(1300);
        assertThatThrownBy(() -> parse(machines))
                .hasMessageContaining("local.yaml:")
                .hasMessageContaining("1370");
        assertThat(parse(shipped().replace(", mtu: 1450", "")).network().mtu()).isEqualTo(1450);
    }

    @Test
    void objectStoresAreOfAllSitesOrOfOneAndWrongOnesAreRefused() {
        assertThat(parse(shipped()).objects()).isEmpty();
        String all = shipped() + "objects: {provider: directory, path: /mnt/objects}\n";
        assertThat(parse(all).objects()).containsOnlyKeys(AMBER, BIRCH, CEDAR);
        String one = "instanceType: local.medium, objects: {provider: s3, endpoint: 'http://s3.example:9000', "
                + "container: disks, credential: 'env:OBJECTS'}";
        assertThat(parse(shipped().replaceFirst("instanceType: local.medium", one))
                        .objects())
                .isEqualTo(Map.of(
                        AMBER,
                        new SiteObjects.Cloud(new ObjectSettings(
                                ObjectSettings.Provider.S3,
                                "http://s3.example:9000",
                                "",
                                "disks",
                                new KeyReference("env:OBJECTS")))));
        assertThatThrownBy(() -> parse(shipped() + "objects: {provider: s3, container: disks, credential: 'env:A'}\n"))
                .hasMessageContaining("endpoint");
        assertThatThrownBy(() -> parse(shipped() + "objects: {provider: directory, path: objects}\n"))
                .hasMessageContaining("absolute");
        assertThatThrownBy(() -> parse(shipped() + "objects: {provider: ftp, container: disks}\n"))
                .hasMessageContaining("aws-s3");
        assertThatThrownBy(() -> parse(
                        shipped() + "objects: {provider: aws-s3, container: disks, credential: 'command:/bin/x y'}\n"))
                .hasMessageContaining("letters");
    }

    @Test
    void theShippedFileSaysThreeAccountsWithASiteEach() {
        DeploymentConfig config = parse(shipped());
        assertThat(config.name()).isEqualTo("demo");
        assertThat(config.accounts())
                .isEqualTo(Map.of(
                        "amber", new Account("amber", DeploymentConfig.Provider.LOCAL),
                        "birch", new Account("birch", DeploymentConfig.Provider.LOCAL),
                        "cedar", new Account("cedar", DeploymentConfig.Provider.LOCAL)));
        assertThat(config.sites())
                .containsExactly(
                        new Site(AMBER, 1, "amber", "us-east-1", "us-east-1a", "local.medium", true),
                        new Site(BIRCH, 2, "birch", "us-east-1", "us-east-1b", "local.medium", true),
                        new Site(CEDAR, 3, "cedar", "us-east-1", "us-east-1c", "local.medium", true));
    }

    @Test
    void theShippedFileSaysLinksOffersNetworkAndStub() {
        DeploymentConfig config = parse(shipped());
        assertThat(config.links())
                .containsExactly(
                        new Link(AMBER, BIRCH, 20, 300_000_000),
                        new Link(BIRCH, CEDAR, 0, 1_000_000_000),
                        new Link(AMBER, CEDAR, 0, 1_000_000_000));
        assertThat(config.offers())
                .containsExactly(
                        new OfferConfig(AMBER, "aws", "cc2.8xlarge", 0.27, 2.40),
                        new OfferConfig(BIRCH, "aws", "cc2.8xlarge", 0.27, 2.40),
                        new OfferConfig(CEDAR, "aws", "cc2.8xlarge", 1.33, 2.40));
        assertThat(config.network().name()).isEqualTo("tenant");
        assertThat(config.network().vni()).isEqualTo(4242);
        assertThat(config.network().subnet()).isEqualTo(Cidr.parse("10.42.0.0/16"));
        assertThat(config.network().mtu()).isEqualTo(1450);
        assertThat(config.stubs())
                .containsExactly(new StubRecord(
                        "ledger", "tenant", Ipv4.parse("10.42.0.100"), 5432, CEDAR, Ipv4.parse("198.18.3.1"), 5432));
        assertThat(config.policy()).isEmpty();
    }

    @Test
    void aSiteIsFoundByItsNameAndAnUnknownOneIsNamedWithTheKnown() {
        DeploymentConfig config = parse(shipped());
        assertThat(config.site(BIRCH).index()).isEqualTo(2);
        assertThatThrownBy(() -> config.site(new SiteId("dogwood-1")))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("dogwood-1")
                .hasMessageContaining("amber-1");
    }

    /** Each wrong value is told with its file and line, and with what would be right. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vni: 4242                  | vnii: 4242              | did you mean 'vni'",
                "vni: 4242                  | vni: 8388608            | whole number from 1 to 8388607",
                "between: [amber-1, birch-1]| betwen: [amber-1, birch-1] | did you mean 'between'",
                "[amber-1, birch-1]         | [amber-1, birch-2]      | no site 'birch-2'; known: amber-1, birch-1, cedar-1",
                "[amber-1, birch-1]         | [amber-1, amber-1]      | between two different sites",
                "[amber-1, birch-1]         | [amber-1]               | between two different sites",
                "rtt: 20ms                  | rtt: 20s                | at most 10000 ms",
                "rtt: 20ms                  | rtt: soon               | a length of time",
                "bandwidth: 300Mbit         | bandwidth: 300MB        | unknown unit",
                "bandwidth: 300Mbit         | bandwidth: -1Mbit       | a bit rate such as",
                "address: 10.42.0.100       | address: 10.43.0.100    | not in the network's subnet 10.42.0.0/16",
                "address: 10.42.0.100       | address: 10.42.0        | not an IPv4 address",
                "servicePort: 5432          | servicePort: 65536      | from 1 to 65535",
                "amber: {provider: local}   | amber: {provider: aws}  | not one of local",
                "amber-1: {account: amber   | amber-1: {account: umber | no account 'umber'; known:",
                "site: cedar-1, cloud: aws  | site: cedar-9, cloud: aws | no site 'cedar-9'",
                "mtu: 1450                  | mtu: 100                | from 576 to 9000",
                "onDemand: 2.40             | onDemand: free          | dollars",
            })
    void aWrongValueIsToldWithItsLineAndTheWayOut(String right, String wrong, String told) {
        String text = shipped();
        int line = lineOf(right);
        assertThatThrownBy(() -> parse(text.replaceFirst(Pattern.quote(right), wrong)))
                .isInstanceOf(SupercloudException.class)
                .hasMessageStartingWith("local.yaml:%d:".formatted(line))
                .hasMessageContaining(told);
    }

    @Test
    void aNameThatStandsTwiceIsToldWithBothLines() {
        String twice = shipped().replace("birch-1: {account: birch,", "amber-1: {account: birch,");
        assertThatThrownBy(() -> parse(twice))
                .hasMessageStartingWith("local.yaml:%d:".formatted(lineOf("birch-1: {account: birch,")))
                .hasMessageContaining("already on line " + lineOf("amber-1: {account"));
    }

    @Test
    void aMissingPartIsNamed() {
        for (String part : List.of("deployment", "accounts", "sites", "network")) {
            assertThatThrownBy(() -> parse(shipped().replace("\n" + part + ":", "\nnote" + ":")))
                    .as(part)
                    .isInstanceOf(SupercloudException.class)
                    .hasMessageContaining(part);
        }
    }

    @Test
    void aNameThatIsNoneIsRefused() {
        assertThatThrownBy(() -> parse(shipped().replace("deployment: demo", "deployment: ../demo")))
                .isInstanceOf(SupercloudException.class)
                .hasMessageContaining("../demo");
        assertThatThrownBy(() -> parse(shipped().replace("amber-1", "Amber_1")))
                .isInstanceOf(SupercloudException.class)
                .hasMessageContaining("Amber_1");
        assertThatThrownBy(() -> parse(
                        shipped().replace("  amber: {", "  Amber!: {").replace("account: amber", "account: Amber!")))
                .isInstanceOf(SupercloudException.class)
                .hasMessageContaining("Amber!");
    }

    @Test
    void whatIsNotSaidHasTheDocumentedDefault() {
        DeploymentConfig config = parse("""
                deployment: small
                accounts: {home: {provider: local}}
                sites:
                  here: {account: home, region: r, instanceType: local.small}
                network: {name: tenant, vni: 1, subnet: 10.0.0.0/24}
                """);
        assertThat(config.sites())
                .containsExactly(new Site(new SiteId("here"), 1, "home", "r", "here", "local.small", true));
        assertThat(config.network().mtu()).isEqualTo(1450);
        assertThat(config.links()).isEmpty();
        assertThat(config.offers()).isEmpty();
        assertThat(config.stubs()).isEmpty();
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ConfigReader.read(Path.of("/nonexistent/supercloud.yaml")))
                .isInstanceOf(SupercloudException.class)
                .hasMessageContaining("/nonexistent/supercloud.yaml");
    }

    @Test
    void aMarketHasFeedsAndDefaultsAndOnlyAdvises() {
        MarketConfig market = parse(shipped() + "market: {feeds: [{form: csv, file: /var/lib/prices.csv}]}\n")
                .market()
                .orElseThrow();
        assertThat(market)
                .isEqualTo(new MarketConfig(
                        MarketConfig.Act.ADVISE,
                        Duration.ofMinutes(5),
                        Duration.ofHours(1),
                        List.of(new PriceSource(
                                PriceForm.CSV, Optional.of(Path.of("/var/lib/prices.csv")), List.of(), List.of()))));
        MarketConfig all = parse(shipped()
                        + "market: {act: move, every: 1m, staleAfter: 20m, feeds: [{form: gcp, command: [fetch, now],"
                        + " machines: [n2-standard-4=4x16]}]}\n")
                .market()
                .orElseThrow();
        assertThat(all.act()).isEqualTo(MarketConfig.Act.MOVE);
        assertThat(all.feeds().getFirst().machines()).containsExactly(new GcpCatalogue.Shape("n2-standard-4", 4, 16));
        assertThat(parse(shipped()).market()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{feeds: []}|there must be a feed",
                "{feeds: [{form: csv, file: prices.csv}]}|'prices.csv' is not an absolute path",
                "{feeds: [{form: csv}]}|either a file, or a command",
                "{feeds: [{form: csv, file: /p, command: [x]}]}|either a file, or a command",
                "{feeds: [{form: gcp, file: /p}]}|machines, such as",
                "{feeds: [{form: csv, file: /p, machines: [n2-standard-4=4x16]}]}|machines, such as",
                "{every: 1s, feeds: [{form: csv, file: /p}]}|'every' is 1 s",
                "{every: 2h, feeds: [{form: csv, file: /p}]}|'every' is 7200 s",
                "{act: moves, feeds: [{form: csv, file: /p}]}|did you mean 'move'?",
                "{feed: []}|did you mean 'feeds'?"
            })
    void aMarketThatCannotBeFollowedIsRefusedWithItsPlace(String market, String problem) {
        assertThatThrownBy(() -> parse(shipped() + "market: " + market + "\n"))
                .isInstanceOf(SupercloudException.class)
                .hasMessageContaining("local.yaml:")
                .hasMessageContaining(problem);
    }

    @Test
    void aMarketNeedsAnOfferForEachSite() {
        String less = shipped().replaceAll("(?m)^ *- \\{site: cedar-1, cloud.*$", "");
        assertThatThrownBy(() -> parse(less + "market: {feeds: [{form: csv, file: /p}]}\n"))
                .hasMessageContaining("site cedar-1 has no offer");
    }
}
