package io.supercloud.migration.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.migration.MigrationException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StreamWatchTest {
    private static final Duration LONG = Duration.ofSeconds(15);
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Predicate<String> COMPLETED = phase -> phase.equals("completed");

    private final StreamWatch watch = new StreamWatch();
    private final AtomicReference<String> truth = new AtomicReference<>("active");

    private static QmpMessage.Happened event(String status) {
        return (QmpMessage.Happened)
                QmpMessage.parse("{\"event\": \"MIGRATION\", \"data\": {\"status\": \"%s\"}}".formatted(status));
    }

    @Test
    void anEventEndsTheWaitAtOnce() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        Thread teller = Thread.ofVirtual().start(() -> {
            try {
                waiting.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            truth.set("completed");
            watch.happened(event("active"));
            watch.happened(event("completed"));
        });

        assertThat(watch.await(LONG, COMPLETED, () -> {
                    waiting.countDown();
                    return truth.get();
                }))
                .isTrue();
        teller.join();
    }

    @Test
    void aPhaseThatWasReachedBeforeIsFoundByTheTrueState() {
        truth.set("completed");
        assertThat(watch.await(SHORT, COMPLETED, truth::get)).isTrue();
    }

    @Test
    void aMissedEventIsFoundByTheTrueStateAtTheEndOfTheWait() {
        AtomicReference<Integer> looks = new AtomicReference<>(0);
        assertThat(watch.await(
                        SHORT, COMPLETED, () -> looks.updateAndGet(count -> count + 1) == 1 ? "active" : "completed"))
                .isTrue();
    }

    @Test
    void aPhaseThatIsNotReachedInTimeIsToldSo() {
        assertThat(watch.await(SHORT, COMPLETED, truth::get)).isFalse();
    }

    @Test
    void aFailedStreamThrows() {
        truth.set("failed");
        assertThatThrownBy(() -> watch.await(LONG, COMPLETED, truth::get))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("failed");
        truth.set("active");
        watch.happened(event("cancelled"));
        assertThatThrownBy(() -> watch.await(LONG, COMPLETED, truth::get))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("cancelled");
    }

    @Test
    void anyEndWillDoForACancelledStream() {
        truth.set("failed");
        assertThat(watch.await(SHORT, phase -> phase.equals("cancelled"), truth::get, true))
                .isTrue();
    }

    @Test
    void theEndOfAFormerStreamSaysNothingAboutTheNext() {
        watch.happened(event("failed"));
        watch.reset();
        assertThat(watch.await(SHORT, COMPLETED, truth::get)).isFalse();
    }

    @Test
    void otherEventsAreNoPhases() {
        watch.happened((QmpMessage.Happened)
                QmpMessage.parse("{\"event\": \"BLOCK_JOB\", \"data\": {\"status\": \"completed\"}}"));
        assertThat(watch.await(SHORT, COMPLETED, truth::get)).isFalse();
    }
}
