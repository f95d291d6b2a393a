package io.supercloud.migration.simulation;

import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The registry's server, and clients of it. While its leader is away nobody is answered; a request that was under way then may
 * have been carried out, or not, or is carried out when its client has given it up already.
 */
final class SimulatedRegistry {
    private static final long LATENCY_NANOS = TimeUnit.MILLISECONDS.toNanos(3);
    private static final long ANSWER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long HEARTBEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SESSION_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Scheduler scheduler;
    private final Trace trace;
    private final Mutant mutant;
    /** Its own threads are those of watches, which it has none of here. */
    private final InMemoryRegistry store = new InMemoryRegistry();

    private final List<Watch> watches = new ArrayList<>();
    private final List<Runnable> late = new ArrayList<>();
    private boolean away;
    private boolean losesRequests;

    SimulatedRegistry(Scheduler scheduler, Trace trace, Mutant mutant) {
        this.scheduler = scheduler;
        this.mutant = mutant;
        this.trace = trace;
    }

    /** What is there, without a question. */
    InMemoryRegistry store() {
        return store;
    }

    /** @param forgetful whether requests that are under way may be lost, as when its process is killed */
    void away(boolean forgetful) {
        away = true;
        losesRequests = forgetful;
    }

    void back() {
        away = false;
        List<Runnable> due = List.copyOf(late);
        late.clear();
        due.forEach(request -> scheduler.after(scheduler.upTo(LATE_NANOS), request));
    }

    Registry client(SimulatedProcess process) {
        return new Client(process);
    }

    /** A lease ends one session time-out after its process was last heard of; a server that is away ends none. */
    private void heartbeat(SimulatedProcess process, Registry.Entry lease, long heardNanos) {
        if (store.read(lease.path())
                .filter(entry -> entry.version() == lease.version())
                .isEmpty()) {
            return;
        }
        long now = scheduler.nowNanos();
        long heard = away || process.responds() ? now : heardNanos;
        if (now - heard > SESSION_NANOS) {
            store.delete(lease);
            changed(lease.path());
        } else {
            scheduler.after(HEARTBEAT_NANOS, () -> heartbeat(process, lease, heard));
        }
    }

    private void changed(String path) {
        trace.say("registry: %s", path);
        String parent = path.substring(0, path.lastIndexOf('/'));
        watches.stream().filter(watch -> watch.path.equals(parent)).forEach(Watch::wake);
    }

    private final class Client implements Registry {
        private final SimulatedProcess process;

        Client(SimulatedProcess process) {
            this.process = process;
        }

        private <T> T ask(String what, boolean change, Supplier<T> request) {
            process.sleepNanos(scheduler.upTo(LATENCY_NANOS));
            long end = scheduler.nowNanos() + ANSWER_LIMIT_NANOS;
            while (away) {
                if (scheduler.nowNanos() >= end) {
                    if (change && !(losesRequests && scheduler.random().nextBoolean())) {
                        late.add(() -> carryOutLate(what, () -> Objects.requireNonNull(request.get())));
                    }
                    throw new RegistryException.Unavailable(what, null);
                }
                process.sleepNanos(POLL_NANOS);
            }
            T answer = request.get();
            process.sleepNanos(scheduler.upTo(LATENCY_NANOS));
            if (away && scheduler.random().nextBoolean()) {
                process.sleepNanos(ANSWER_LIMIT_NANOS);
                throw new RegistryException.Unavailable(what, null);
            }
            return answer;
        }

        private void carryOutLate(String what, Runnable request) {
            try {
                request.run();
                trace.say("registry: %s of %s was carried out late", what, process.name());
            } catch (RegistryException refused) {
                trace.say("registry: %s of %s came too late", what, process.name());
            }
        }

        @Override
        public Optional<Entry> read(String path) {
            return ask("read of " + path, false, () -> store.read(path));
        }

        @Override
        public Map<String, Entry> children(String path) {
            return ask("children of " + path, false, () -> store.children(path));
        }

        @Override
        public Entry create(String path, byte[] value) {
            return ask("create of " + path, true, () -> told(path, () -> store.create(path, value)));
        }

        @Override
        public Entry createLease(String path, byte[] value) {
            if (mutant.forgetsLeases()) {
                return new Entry(path, value, 0);
            }
            Entry lease = create(path, value);
            scheduler.after(HEARTBEAT_NANOS, () -> heartbeat(process, lease, scheduler.nowNanos()));
            return lease;
        }

        @Override
        public Entry replace(Entry expected, byte[] value) {
            return ask(
                    "replace of " + expected.path(),
                    true,
                    () -> told(expected.path(), () -> replaced(expected, value)));
        }

        @Override
        public void delete(Entry expected) {
            ask(
                    "delete of " + expected.path(),
                    true,
                    () -> told(expected.path(), () -> {
                        store.delete(expected);
                        return expected;
                    }));
        }

        private Entry replaced(Entry expected, byte[] value) {
            return mutant.replaces(store, expected, value)
                    ? store.replace(mutant.expected(store, expected), value)
                    : expected;
        }

        private Entry told(String path, Supplier<Entry> change) {
            Entry entry = change.get();
            changed(path);
            return entry;
        }

        @Override
        public Subscription watch(String path, Consumer<Map<String, Entry>> listener) {
            Watch watch = new Watch(process, path, listener);
            watches.add(watch);
            process.atEnd(() -> watches.remove(watch));
            watch.wake();
            return () -> watches.remove(watch);
        }

        @Override
        public Subscription watchConnection(Consumer<Boolean> listener) {
            process.start("connection", () -> listener.accept(true));
            return () -> {};
        }

        @Override
        public void close() {}
    }

    /** Changes that come close together are told as one. */
    private final class Watch {
        private final SimulatedProcess process;
        private final String path;
        private final Consumer<Map<String, Registry.Entry>> listener;
        private boolean due;
        private boolean running;

        Watch(SimulatedProcess process, String path, Consumer<Map<String, Registry.Entry>> listener) {
            this.process = process;
            this.path = path;
            this.listener = listener;
        }

        void wake() {
            due = true;
            if (!running) {
                running = true;
                process.start("watch of " + path, this::tell);
            }
        }

        private void tell() {
            while (due) {
                process.sleepNanos(scheduler.upTo(LATENCY_NANOS));
                while (away) {
                    process.sleepNanos(POLL_NANOS);
                }
                due = false;
                listener.accept(store.children(path));
            }
            running = false;
        }
    }
}
