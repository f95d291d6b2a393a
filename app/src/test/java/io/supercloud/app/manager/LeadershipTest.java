package io.supercloud.app.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Lease;
import io.supercloud.core.VirtualThreadTasks;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final InMemoryRegistry another = registry.another();
    private final Leadership first = leadership(registry, "manager");
    private final Leadership second = leadership(another, "manager-2");

    private static Leadership leadership(InMemoryRegistry client, String name) {
        return new Leadership(client, new Lease.Holder(name, "1"), new VirtualThreadTasks());
    }

    @Test
    void anotherManagerLeadsWhenTheFirstIsGoneAndTheFirstHearsOfIt() {
        first.await();
        CompletableFuture<Void> lost = new CompletableFuture<>();
        CompletableFuture<Void> leads = CompletableFuture.runAsync(second::await, Thread::startVirtualThread);
        assertThat(leads).isNotDone();

        registry.cutOff();
        first.keep(() -> lost.complete(null));
        registry.expireSession();
        await().atMost(LIMIT).until(leads::isDone);
        assertThat(lost).as("who does not reach the registry may lead still").isNotDone();

        registry.rejoin();
        await().atMost(LIMIT).until(lost::isDone);
    }
}
