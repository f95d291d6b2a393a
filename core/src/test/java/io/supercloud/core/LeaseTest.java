package io.supercloud.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Lease.Holder;
import org.junit.jupiter.api.Test;

class LeaseTest {
    private static final String PATH = "/leader/manager";

    private final InMemoryRegistry first = new InMemoryRegistry();
    private final InMemoryRegistry second = first.another();
    private final Lease one = new Lease(first, PATH, new Holder("one", "1"));
    private final Lease other = new Lease(second, PATH, new Holder("other", "1"));

    @Test
    void oneHoldsItUntilItGivesItUp() {
        assertThat(one.take()).isTrue();
        assertThat(one.take()).as("again").isTrue();
        assertThat(other.take()).isFalse();
        assertThat(other.holder()).contains(new Holder("one", "1"));
        other.release();
        assertThat(other.take()).as("nobody gives up what is another's").isFalse();

        one.release();
        one.release();
        assertThat(other.take()).isTrue();
        assertThat(one.take()).isFalse();
    }

    @Test
    void itIsVacantWhenTheSessionOfItsHolderHasEnded() {
        one.take();
        first.expireSession();
        assertThat(other.take()).isTrue();
        assertThat(one.take()).as("a holder that was silent for too long").isFalse();
    }

    @Test
    void theNextRunOfAProcessNeedNotWaitForItsOwnPlace() {
        one.take();
        Lease restarted = new Lease(second, PATH, new Holder("one", "2"));
        assertThat(restarted.take()).isTrue();
        assertThat(other.take()).isFalse();
        assertThat(one.take()).as("the earlier run, where it lives after all").isFalse();
        first.expireSession();
        assertThat(restarted.holder()).as("the end of the earlier run").contains(new Holder("one", "2"));
    }

    @Test
    void aNameThatReadsAsTwoIsRefused() {
        assertThatThrownBy(() -> new Holder("a manager", "1")).isInstanceOf(InvalidValueException.class);
    }
}
