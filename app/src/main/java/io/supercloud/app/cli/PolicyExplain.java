package io.supercloud.app.cli;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.Planner;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.chase.MarketMoment;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Tell what would be decided for a VM at a moment of a recorded market, and why. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = "Tell what would be decided for a VM at a moment of a recorded market, and why.")
final class PolicyExplain implements Callable<Integer> {
    private static final int MEBI_SHIFT = 20;

    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "POLICY", description = "A policy file.")
    private Path file;

    @Option(names = "--market", description = "A price file, CSV or gzip; the shipped one where it is left out.")
    private Optional<Path> market;

    @Option(names = "--at", description = "The moment, such as 2013-01-10T00:00:00Z; the market's end by default.")
    private Optional<Instant> at;

    @Option(names = "--here", required = true, description = "Where the VM is: a zone, or region without zones.")
    private String here;

    @Option(names = "--vm", defaultValue = "vm", description = "Its name in the policy (default: ${DEFAULT-VALUE}).")
    private String vm;

    @Option(names = "--type", description = "Instance type, where the policy names none.")
    private Optional<String> type;

    @Option(names = "--hours-here", defaultValue = "24", description = "For how long (default: ${DEFAULT-VALUE}).")
    private long hoursHere;

    @Option(names = "--mebibytes", defaultValue = "4096", description = "A move sends (default: ${DEFAULT-VALUE}).")
    private long mebibytes;

    @Option(names = "--changeover", defaultValue = "30", description = "Seconds (default: ${DEFAULT-VALUE}).")
    private long changeoverSeconds;

    @Override
    public Integer call() {
        Policy policy = PolicyFile.read(file).of(new VmId(vm));
        PriceTrace trace = market.map(PriceTrace::read).orElseGet(PriceTrace::shipped);
        Instant now = at.orElse(trace.end());
        if (hoursHere < 0 || mebibytes < 0 || changeoverSeconds < 0) {
            throw new CliException(CliException.FAILED, "--hours-here, --mebibytes and --changeover are not negative");
        }
        Decision decision = Planner.decide(
                MarketMoment.of(
                        trace,
                        policy,
                        new MarketMoment.Question(
                                new VmId(vm),
                                type.or(policy.places()::instanceType)
                                        .orElseGet(() -> trace.pools().first().instanceType()),
                                now,
                                new SiteId(here),
                                now.minus(Duration.ofHours(hoursHere)),
                                mebibytes << MEBI_SHIFT,
                                Duration.ofSeconds(changeoverSeconds))),
                policy);
        options.print(decision, PolicyTexts.decision(decision));
        return 0;
    }
}
