package io.supercloud.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
    private static final String TRACE = "../spot-optimizer/src/main/resources/io/supercloud/optimizer/traces/"
            + "us-east-1_cc2.8xlarge_2013-01.csv";

    @TempDir
    private Path folder;

    /** What a command line printed on standard output, after its exit code. */
    private static String run(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            return CommandLineRoot.run(arguments) + ": " + printed.toString(StandardCharsets.UTF_8);
        } finally {
            System.setOut(before);
        }
    }

    private String policy(String text) throws IOException {
        return Files.writeString(folder.resolve("policy.yaml"), text).toString();
    }

    @Test
    void aPolicyIsCheckedWithoutADeployment() throws IOException {
        assertThat(run("policy", "check", policy("name: mine\n")))
                .startsWith("0: ")
                .contains("'mine' is right");
        assertThat(run("policy", "check", policy("name: mine\nmoves-per-dya: 3\n")))
                .startsWith("1: ");
    }

    @Test
    void aPolicyIsRehearsedWithoutADeployment() throws IOException {
        String file = policy("name: mine\nminimum-stay: 2h\n");
        Path page = folder.resolve("page.html");
        String table = run(
                "policy",
                "rehearse",
                file,
                "--market",
                TRACE,
                "--days",
                "2",
                "--starts",
                "3",
                "--html",
                page.toString());
        assertThat(page).content().contains("<svg", "policy mine");
        assertThat(table)
                .startsWith("0: cc2.8xlarge at 3 places, 3 runs of 48 hours")
                .contains("policy mine", "clairvoyant");
        assertThat(run("policy", "rehearse", file, "--market", TRACE, "--days", "2", "--starts", "3", "--json"))
                .startsWith("0: {")
                .contains("\"timesOptimum\"");
        assertThat(run("policy", "rehearse", file, "--market", TRACE, "--days", "900"))
                .startsWith("1: ");
    }

    @Test
    void thePolicysJobsAreRehearsedOnRecordedAvailability() throws IOException {
        String counts = "1,1,1,1,1,0,0,1,1,".repeat(60) + "1";
        Path zone = Files.writeString(
                folder.resolve("us-west-2a_v100_1.json"),
                "{\"metadata\": {\"gap_seconds\": 600}, \"data\": [%s]}".formatted(counts));
        String file = policy("""
                name: mine
                job: {work: 8h, deadline: '2026-01-01T19:00:00Z'}
                vms: {small: {job: {work: 2h, deadline: '2026-01-01T19:00:00Z'}}, other: {minimum-stay: 2h}}
                """);
        String traces = zone.toString();
        assertThat(run("policy", "rehearse", file, "--availability", traces, "--within-hours", "11", "--starts", "4"))
                .startsWith("0: the job of slice: 8.0 hours of work within 11.0, 1 zones, 4 runs")
                .containsPattern("on-demand +8\\.008 ")
                .contains("the job of VM small: 2.0 hours", "uniform progress", "clairvoyant")
                .doesNotContain("VM other");
        assertThat(run("policy", "rehearse", file, "--availability", traces)).startsWith("1: ");
        assertThat(run("policy", "rehearse", file, "--availability", traces, "--within-hours", "7"))
                .startsWith("1: ");
        assertThat(run("policy", "rehearse", file)).startsWith("1: ");
        assertThat(run("policy", "rehearse", policy("name: idle\n"), "--availability", traces, "--within-hours", "9"))
                .startsWith("1: ");
    }

    @Test
    void aPolicyIsShownWithWhereEachValueComesFrom() throws IOException {
        String file = policy("name: mine\nvms:\n  db: {minimum-stay: 3h}\n");
        assertThat(run("policy", "show", file, "db"))
                .startsWith("0: ")
                .containsPattern("minimum-stay +\"3h\" +.*policy.yaml:3:22")
                .containsPattern("moves-per-day +24 +built in");
    }

    @Test
    void aDecisionIsExplainedForAMomentOfTheShippedMarket() throws IOException {
        String file = policy("name: mine\nhorizon: 6h\n");
        String moment = "2013-01-20T00:00:00Z";
        assertThat(run("policy", "explain", file, "--here", "us-east-1a", "--at", moment))
                .startsWith("0: VM vm ")
                .contains("not us-east-1");
        assertThat(run("policy", "explain", file, "--here", "nowhere", "--at", moment))
                .startsWith("1: ");
    }

    @Test
    void pricesThatACloudPublishedAreShownAndKeptForPolicies() throws IOException {
        Path document = Files.writeString(folder.resolve("ec2.json"), """
                {"SpotPriceHistory": [
                  {"AvailabilityZone": "us-east-1a", "InstanceType": "m5.large", "ProductDescription": "Linux/UNIX",
                   "SpotPrice": "0.035", "Timestamp": "2026-01-31T12:00:00Z"},
                  {"AvailabilityZone": "us-east-1b", "InstanceType": "m5.large", "ProductDescription": "Linux/UNIX",
                   "SpotPrice": "0.015", "Timestamp": "2026-01-31T11:00:00Z"}]}
                """);
        Path csv = folder.resolve("prices.csv");
        assertThat(run("prices", "--ec2", document.toString(), "--csv", csv.toString()))
                .startsWith("0: ")
                .containsPattern("aws/us-east-1/us-east-1a/m5.large +0.03500")
                .doesNotContain("stale");
        assertThat(run("policy", "explain", policy("name: mine\n"), "--market", csv.toString(), "--here", "us-east-1a"))
                .startsWith("0: VM vm moves to us-east-1b");
    }
}
