package io.supercloud.core;

import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** A stream of events that lives in this process. */
public final class InMemoryEvents implements Events {
    private final ConcurrentSkipListMap<Long, Event> kept = new ConcurrentSkipListMap<>();
    private final List<Teller> followers = new CopyOnWriteArrayList<>();
    private long lastNumber;

    @Override
    public synchronized void publish(Event event) {
        kept.put(++lastNumber, event);
        if (kept.size() > KEPT_EVENTS) {
            kept.pollFirstEntry();
        }
        followers.forEach(Teller::wake);
    }

    @Override
    public Registry.Subscription follow(long after, Consumer<Numbered> listener) {
        AtomicLong told = new AtomicLong(after);
        AtomicReference<Teller> self = new AtomicReference<>();
        Teller teller = Teller.start(() -> tellNew(told, self, listener));
        self.set(teller);
        followers.add(teller);
        teller.wake();
        return () -> {
            followers.remove(teller);
            teller.close();
        };
    }

    private void tellNew(AtomicLong told, AtomicReference<Teller> self, Consumer<Numbered> listener) {
        kept.tailMap(told.get(), false).forEach((number, event) -> {
            if (self.get() == null || !self.get().isClosed()) {
                told.set(number);
                listener.accept(new Numbered(number, event));
            }
        });
    }

    /** The kept events so far, oldest first. */
    public List<Event> all() {
        return List.copyOf(kept.values());
    }
}
