package io.supercloud.overlay.cloud.ec2.fake;

import java.time.Instant;
import java.util.Map;

/** An instance of the fake; {@code terminatedAt} is {@link Instant#MAX} while it is not. */
public record FakeInstance(
        String id,
        Map<String, String> parameters,
        Map<String, String> tags,
        String address,
        Instant launchedAt,
        Instant terminatedAt) {
    public boolean terminated() {
        return !terminatedAt.equals(Instant.MAX);
    }

    public boolean spot() {
        return "spot".equals(parameters.get("InstanceMarketOptions.MarketType"));
    }

    FakeInstance terminated(Instant now) {
        return terminated() ? this : new FakeInstance(id, parameters, tags, address, launchedAt, now);
    }
}
