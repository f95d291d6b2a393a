package io.supercloud.overlay.sdn.internal.devices;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UntakenTest {
    private static final String QUEUED = """
            qdisc pfifo_fast 0: root refcnt 2 bands 3 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1
             Sent 784 bytes 10 pkt (dropped 0, overlimits 0 requeues 0)
             backlog 0b 0p requeues 0""";
    private static final String READ = """
            [{"ifindex":2,"stats64":{"rx":{"bytes":9,"packets":99},"tx":{"bytes":210,"packets":3,"errors":0}}}]""";

    @Test
    void whatWasQueuedAndNotReadIsUntaken() {
        assertThat(Untaken.of(QUEUED, READ)).hasValue(7);
    }

    @Test
    void whatIsNotToldIsNotKnown() {
        assertThat(Untaken.of("Cannot find device", READ)).isEmpty();
        assertThat(Untaken.of(QUEUED, "Device does not exist")).isEmpty();
        assertThat(Untaken.of(QUEUED.replace("pfifo_fast", "noqueue"), READ)).isEmpty();
    }
}
