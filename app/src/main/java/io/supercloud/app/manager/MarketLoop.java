package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.MarketConfig;
import io.supercloud.app.config.MarketConfig.Act;
import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.Planner;
import io.supercloud.optimizer.Snapshot;
import io.supercloud.optimizer.live.PriceSource;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a market that runs: reads its feeds, has the planner decide for each VM, and records the decisions or, where the
 * deployment says so, carries them out. One VM after the other, in the order of their names, and one move at a time, so each
 * is decided for with what became of those before it.
 *
 * <p>A VM is left alone that does not run, is on its way, or is on a host that is silent or under notice: others see to
 * those. A site is closed to a VM where no host would take it for good, or its account's quota has no room. After a move that
 * was refused or failed the VM is left alone for {@link #REST}.
 */
final class MarketLoop {
    /** How long after a move that did not come about none is tried again for the VM. */
    static final Duration REST = Duration.ofMinutes(30);
    /** Never are questions closer to each other than this. */
    static final Duration LEAST_PAUSE = Duration.ofSeconds(5);

    /** For so long a cloud's hint counts that it is likely to take a host away. */
    private static final Duration HINT_LASTS = Duration.ofHours(6);

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration USUAL_MOVE = Duration.ofSeconds(10);
    private static final String DECISIONS = "decisions";
    private static final Logger log = LoggerFactory.getLogger(MarketLoop.class);

    private final MarketConfig config;
    private final Optional<Path> policyFile;
    private final AliveHosts alive;
    private final Vms vms;
    private final Moves moves;
    private final InstantSource clock;
    private final LiveMarket market;
    private final MarketDecisions deciding;
    private final MarketSpending spending;
    private final DecisionLog decisions;
    private final Map<String, String> failures = new HashMap<>();
    private final Map<VmId, Recorded> recorded = new HashMap<>();
    private final Map<VmId, Instant> restUntil = new HashMap<>();
    private Instant nextReading = Instant.MIN;

    /** What was recorded last for a VM: the same decision on the same prices is not recorded twice. */
    private record Recorded(boolean move, SiteId place, List<String> prices) {
        static Recorded of(Decision decision, Snapshot snapshot, Policy policy) {
            return new Recorded(
                    decision instanceof Decision.Move,
                    decision instanceof Decision.Move move
                            ? move.target()
                            : snapshot.vm().site(),
                    snapshot.offers().stream()
                            .map(offer -> "%s %s %s %s %s"
                                    .formatted(
                                            offer.site(),
                                            offer.rental(),
                                            offer.hinted(),
                                            offer.dollarsPerHour(),
                                            offer.distrust(policy.prices().staleAfter())
                                                    .isPresent()))
                            .toList());
        }
    }

    /** A VM and where it runs. */
    private record Running(VmRecord record, HostRecord host) {
        VmId name() {
            return new VmId(record.name());
        }

        VmSpec spec() {
            return record.spec();
        }
    }

    MarketLoop(
            DeploymentConfig deployment,
            MarketConfig config,
            DeploymentDirectory directory,
            Registry registry,
            Vms vms,
            Moves moves,
            InstantSource clock) {
        this.config = config;
        this.policyFile = deployment.policy().map(Path::of);
        this.alive = new AliveHosts(registry);
        this.vms = vms;
        this.moves = moves;
        this.clock = clock;
        this.market = new LiveMarket(deployment, clock, config.staleAfter(), USUAL_MOVE);
        this.deciding = new MarketDecisions(vms, moves);
        this.spending = new MarketSpending(registry);
        this.decisions = new DecisionLog(directory.decisions());
    }

    /** Follows the market of a deployment that has one. */
    static void start(
            DeploymentConfig deployment,
            DeploymentDirectory directory,
            Registry registry,
            Vms vms,
            Moves moves,
            InstantSource clock,
            Tasks tasks) {
        deployment.market().ifPresent(market -> {
            MarketLoop loop = new MarketLoop(deployment, market, directory, registry, vms, moves, clock);
            tasks.start("market", () -> {
                while (true) {
                    tasks.sleep(loop.look());
                }
            });
        });
    }

    /** Reads the feeds where it is time for that and decides for each VM; tells how long to wait for the next time. */
    Duration look() {
        Instant now = clock.instant();
        if (!now.isBefore(nextReading)) {
            config.feeds().forEach(this::read);
            nextReading = now.plus(config.every());
        }
        Instant next = nextReading;
        try {
            PolicyFile policies = policyFile.map(PolicyFile::read).orElseGet(PolicyFile::standard);
            market.hinted(alive.hinted(now.minus(HINT_LASTS)));
            List<Running> running = running();
            MarketSpending.Record spent = spent(policies, running);
            forgetAllBut(running);
            for (Running vm : running) {
                next = tried(vm, policies, spent).filter(next::isAfter).orElse(next);
            }
            failures.remove(DECISIONS);
        } catch (SupercloudException e) {
            told(DECISIONS, "nothing is decided now: " + e.getMessage());
        }
        Duration pause = Duration.between(clock.instant(), next);
        return pause.compareTo(LEAST_PAUSE) > 0 ? pause : LEAST_PAUSE;
    }

    private void forgetAllBut(List<Running> running) {
        Set<VmId> ids = running.stream().map(vm -> vm.spec().id()).collect(Collectors.toSet());
        recorded.keySet().retainAll(ids);
        restUntil.keySet().retainAll(ids);
    }

    private Optional<Instant> tried(Running vm, PolicyFile policies, MarketSpending.Record spent) {
        try {
            return decide(vm, policies, spent);
        } catch (SupercloudException | UncheckedIOException e) {
            log.warn("nothing is decided for VM {} now: {}", vm.name(), e.getMessage());
            return Optional.empty();
        }
    }

    /** A feed that cannot be read tells nothing; what it told before grows old. */
    private void read(PriceSource feed) {
        try {
            market.told(feed.read(clock));
            if (failures.remove(feed.name()) != null) {
                moves.publish("market.read", "market", "%s tells prices again".formatted(feed.name()), Map.of());
            }
        } catch (OptimizerException e) {
            told(feed.name(), e.getMessage());
        }
    }

    /** Once, until it is something else. */
    private void told(String what, String problem) {
        if (!problem.equals(failures.put(what, problem))) {
            log.warn("{}", problem);
            moves.publish("market.unread", "market", problem, Map.of());
        }
    }

    private List<Running> running() {
        return alive.lasting().stream()
                .flatMap(host -> vms.on(host.host()).stream().map(record -> new Running(record, host)))
                .filter(vm -> vm.record().desired() == VmRecord.Desired.RUNNING)
                .sorted(Comparator.comparing(vm -> vm.record().name()))
                .toList();
    }

    private MarketSpending.Record spent(PolicyFile policies, List<Running> running) {
        double rate = running.stream()
                .mapToDouble(vm -> {
                    Offer offer = market.offer(vm.host().site());
                    return MarketDecisions.cautiousPrice(
                            offer, policies.of(vm.name()).prices().staleAfter());
                })
                .sum();
        return spending.count(
                clock.instant(),
                rate,
                running.stream().map(vm -> vm.spec().id().value()).toList());
    }

    /** Tells when to ask again, should nothing else happen; empty where that is when the feeds are read. */
    private Optional<Instant> decide(Running vm, PolicyFile policies, MarketSpending.Record spent) {
        VmId id = vm.spec().id();
        Instant now = clock.instant();
        Instant rested = restUntil.getOrDefault(id, Instant.MIN);
        if (moves.moving(id) || !vms.owner(id).host().equals(vm.host().host())) {
            return Optional.empty();
        }
        if (now.isBefore(rested)) {
            return Optional.of(rested);
        }
        Policy policy = policies.of(vm.name());
        MarketDecisions.Subject subject = subject(vm, spent, now);
        Snapshot snapshot = deciding.snapshot(market, policies, subject, open(vm));
        Decision decision = Planner.decide(snapshot, policy);
        Recorded record = Recorded.of(decision, snapshot, policy);
        boolean news = !record.equals(recorded.put(id, record));
        switch (decision) {
            case Decision.Stay(Decision.Account account) -> {
                if (news) {
                    decisions.append(new DecisionLog.Entry(subject.here(), "stay", account, snapshot, policy.text()));
                }
            }
            case Decision.Move move
            when config.act() == Act.ADVISE -> {
                if (news) {
                    deciding.tell("policy.advised", id, move);
                    decisions.append(
                            new DecisionLog.Entry(move.target(), "advised", move.account(), snapshot, policy.text()));
                }
            }
            case Decision.Move move -> {
                String outcome = carryOut(subject, move);
                decisions.append(
                        new DecisionLog.Entry(move.target(), outcome, move.account(), snapshot, policy.text()));
            }
        }
        return decision.account().reconsider();
    }

    private String carryOut(MarketDecisions.Subject subject, Decision.Move move) {
        MarketDecisions.Outcome outcome = deciding.carryOut(subject, move, line -> log.info("{}", line));
        if (!outcome.moved()) {
            restUntil.put(subject.id(), clock.instant().plus(REST));
            moves.publish(
                    "policy.refused",
                    subject.id().value(),
                    "VM %s does not move to %s, which is tried again after %d min: %s"
                            .formatted(subject.name(), move.target(), REST.toMinutes(), outcome.text()),
                    Map.of());
        }
        return outcome.text();
    }

    /** Moves of whatever cause count; a VM that never moved came when it was seen first. */
    private MarketDecisions.Subject subject(Running vm, MarketSpending.Record spent, Instant now) {
        VmId id = vm.spec().id();
        Instant seen = spent.seen().getOrDefault(id.value(), now);
        List<Answers.Move> settled = moves.of(id).stream()
                .filter(move -> move.state().equals("settled"))
                .toList();
        Instant since = settled.stream()
                .map(move -> move.begun().plusMillis(move.totalMillis()))
                .max(Instant::compareTo)
                .orElse(seen);
        return new MarketDecisions.Subject(
                vm.name(),
                id,
                vm.host().site(),
                since,
                settled.stream()
                        .map(Answers.Move::begun)
                        .filter(begun -> begun.isAfter(now.minus(DAY)))
                        .toList(),
                Duration.between(seen, now),
                spent.dollars());
    }

    private Predicate<SiteId> open(Running vm) {
        Map<SiteId, HostId> hosts = alive.lasting().stream()
                .collect(Collectors.toMap(HostRecord::site, HostRecord::host, (first, other) -> first));
        return site -> hosts.containsKey(site)
                && vms.quotas().objection(vm.spec(), hosts.get(site)).isEmpty();
    }
}
