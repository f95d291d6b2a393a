package io.supercloud.app.manager;

import io.supercloud.core.Event;
import io.supercloud.core.Events;
import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.Json;
import io.supercloud.migration.Paths;
import io.supercloud.migration.StubRecord;
import io.supercloud.stubs.StubDecider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows touches of stubs and brings VMs to what they touch. */
final class StubWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StubWatch.class);
    /** An older touch is history: its client has given up. */
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final Registry registry;
    private final AliveHosts alive;
    private final Vms vms;
    private final Moves moves;
    private final InstantSource clock;
    private final Set<VmId> underWay = ConcurrentHashMap.newKeySet();
    private final Registry.Subscription subscription;

    StubWatch(Registry registry, Events events, Vms vms, Moves moves, InstantSource clock) {
        this.registry = registry;
        this.alive = new AliveHosts(registry);
        this.vms = vms;
        this.moves = moves;
        this.clock = clock;
        this.subscription = events.follow(0, numbered -> happened(numbered.event()));
    }

    private void happened(Event event) {
        Instant tooOld = clock.instant().minus(FRESH);
        if (event.kind().equals("stub.touched") && event.at().isAfter(tooOld)) {
            VmId vm = new VmId(event.subject());
            if (underWay.add(vm)) {
                Thread.ofVirtual().name("stub touch of " + vm).start(() -> touched(vm, event));
            }
        }
    }

    private void touched(VmId vm, Event event) {
        try {
            Optional<StubRecord> stub = registry.read(Paths.stub(event.details().getOrDefault("stub", "unknown")))
                    .map(entry -> Json.read(entry, StubRecord.class));
            if (stub.isPresent() && registry.read(Paths.vm(vm)).isPresent()) {
                HostId current = vms.owner(vm).host();
                switch (StubDecider.decide(vm, stub.get(), current, alive.lasting(), moves.moving(vm))) {
                    case StubDecider.Verdict.Move(HostId target, String reason) ->
                        moves.move(vm, target.value(), reason, line -> {});
                    case StubDecider.Verdict.Stay(String reason) -> log.info("{}", reason);
                }
            }
        } catch (SupercloudException e) {
            log.warn("VM {} touched a stub but does not move: {}", vm, e.getMessage());
        } finally {
            underWay.remove(vm);
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
