package io.supercloud.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link Events} keeps to. */
public abstract class EventsContract {
    private static final long LIMIT_SECONDS = 20;
    private static final Instant AT = Instant.parse("2026-11-20T10:15:30.123456789Z");

    /** A client of one stream that is empty before each test; each call may give the same client or another one. */
    protected abstract Events connect();

    @Test
    void anEventArrivesAsItWasPublished() throws Exception {
        Event event = new Event(
                AT, "move.switched", "web-1", "web-1 jumped, über the \u2603\nnext", Map.of("to", "h=2", "é", ""));
        BlockingQueue<Events.Numbered> seen = new LinkedBlockingQueue<>();
        try (Registry.Subscription subscription = connect().follow(0, seen::add)) {
            connect().publish(event);
            assertThat(seen.poll(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(new Events.Numbered(1, event));
        }
    }

    @Test
    void aLateFollowerGetsWhatIsKeptAndThenWhatIsNew() throws Exception {
        Events events = connect();
        publish(events, 1, 5);
        BlockingQueue<Events.Numbered> seen = new LinkedBlockingQueue<>();
        try (Registry.Subscription subscription = connect().follow(2, seen::add)) {
            assertThat(take(seen, 3)).extracting(Events.Numbered::number).containsExactly(3L, 4L, 5L);
            publish(events, 6, 7);
            assertThat(take(seen, 2)).extracting(n -> n.event().subject()).containsExactly("s6", "s7");
        }
    }

    @Test
    void eventsOfManyPublishersArriveOnceEachAndInOneOrder() throws Exception {
        BlockingQueue<Events.Numbered> one = new LinkedBlockingQueue<>();
        BlockingQueue<Events.Numbered> other = new LinkedBlockingQueue<>();
        try (Registry.Subscription first = connect().follow(0, one::add);
                Registry.Subscription second = connect().follow(0, other::add)) {
            List<Thread> publishers = new ArrayList<>();
            for (int publisher = 0; publisher < 4; publisher++) {
                Events events = connect();
                int from = publisher * 25 + 1;
                publishers.add(Thread.startVirtualThread(() -> publish(events, from, from + 24)));
            }
            for (Thread publisher : publishers) {
                publisher.join();
            }
            List<Events.Numbered> seen = take(one, 100);
            assertThat(take(other, 100)).isEqualTo(seen);
            for (int i = 0; i < 100; i++) {
                assertThat(seen.get(i).number()).isEqualTo(i + 1L);
            }
            assertThat(new HashSet<>(seen.stream().map(n -> n.event().subject()).toList()))
                    .hasSize(100);
        }
    }

    @Test
    void anEndedFollowerIsNotCalledAgain() throws Exception {
        Events events = connect();
        BlockingQueue<Events.Numbered> ended = new LinkedBlockingQueue<>();
        BlockingQueue<Events.Numbered> following = new LinkedBlockingQueue<>();
        Registry.Subscription subscription = events.follow(0, ended::add);
        publish(events, 1, 1);
        take(ended, 1);
        subscription.close();
        publish(events, 2, 2);
        try (Registry.Subscription witness = events.follow(0, following::add)) {
            take(following, 2);
        }
        assertThat(ended).isEmpty();
    }

    protected static void publish(Events events, int from, int to) {
        for (int i = from; i <= to; i++) {
            events.publish(Event.of(AT.plusSeconds(i), "test.happened", "s" + i, "event " + i));
        }
    }

    protected static List<Events.Numbered> take(BlockingQueue<Events.Numbered> seen, int count)
            throws InterruptedException {
        List<Events.Numbered> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Events.Numbered next = seen.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("event %d of %d", i + 1, count).isNotNull();
            taken.add(next);
        }
        return taken;
    }
}
