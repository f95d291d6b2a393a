package io.supercloud.overlay.cloud.ec2.internal;

import java.util.Map;
import java.util.Set;

/**
 * An instance as EC2 describes it; what it does not tell is empty.
 *
 * @param reason code of what ended it, such as {@code Server.InsufficientInstanceCapacity}
 * @param address the public one, or the private one where there is no other
 */
public record Ec2Instance(
        String id,
        String state,
        String reason,
        String type,
        String zone,
        boolean spot,
        String address,
        Map<String, String> tags) {
    /** The states in which an instance is there, and is paid for or will be. */
    public static final String STANDING_STATES = "pending,running,stopping,stopped";

    private static final Set<String> ENDED_STATES = Set.of("shutting-down", "terminated");

    /** It will not come back, and is not paid for any more. */
    public boolean ended() {
        return ENDED_STATES.contains(state);
    }

    public boolean ready() {
        return state.equals("running") && !address.isEmpty();
    }
}
