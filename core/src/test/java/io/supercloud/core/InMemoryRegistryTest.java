package io.supercloud.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class InMemoryRegistryTest extends RegistryContract {
    private final InMemoryRegistry first = new InMemoryRegistry();

    @Override
    protected Registry connect() {
        return first.another();
    }

    @Test
    void aClientThatIsCutOffGetsNoAnswerAndIsTold() throws Exception {
        BlockingQueue<Boolean> told = new LinkedBlockingQueue<>();
        try (InMemoryRegistry client = first.another()) {
            Registry.Subscription subscription = client.watchConnection(told::add);
            assertThat(told.poll(5, TimeUnit.SECONDS)).isTrue();
            client.createLease("/hosts/a", new byte[0]);
            client.cutOff();
            assertThat(told.poll(5, TimeUnit.SECONDS)).isFalse();
            assertThatThrownBy(() -> client.read("/hosts/a")).isInstanceOf(RegistryException.Unavailable.class);
            assertThat(first.read("/hosts/a")).isPresent();
            client.expireSession();
            assertThat(first.read("/hosts/a")).isEmpty();
            client.rejoin();
            assertThat(told.poll(5, TimeUnit.SECONDS)).isTrue();
            subscription.close();
        }
        assertThat(List.copyOf(told)).isEmpty();
    }
}
