package io.supercloud.overlay.cloud;

import io.supercloud.overlay.cloud.ec2.Ec2Clouds;
import io.supercloud.overlay.cloud.ec2.fake.FakeEc2;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** EC2's wire protocol, as far as {@link FakeEc2} speaks it. */
final class Ec2CloudTest extends CloudContract {
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-11-20T10:00:00Z"));
    private final FakeEc2 ec2 = FakeEc2.start(time);
    private Cloud cloud;

    @BeforeEach
    void open() {
        ec2.capacity(2);
        cloud = Ec2Clouds.open(ec2.account("aws"), time, time);
    }

    @AfterEach
    void close() {
        cloud.close();
        ec2.close();
    }

    @Override
    Cloud cloud() {
        return cloud;
    }

    @Override
    String deployment() {
        return "contract";
    }
}
