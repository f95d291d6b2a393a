package io.supercloud.overlay.cloud;

import io.supercloud.core.Ipv4;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * One account at one provider.
 *
 * <p>Every method blocks until the provider has answered and throws {@link CloudException} where it refused or could not
 * be reached; after such an error the instance may exist or not, and {@link #list} tells. Safe for use by many threads.
 */
public interface Cloud extends AutoCloseable {
    /** The account's name. */
    String account();

    /** All instances tagged with {@code deployment} that are not terminated, those still starting among them. */
    List<Instance> list(String deployment);

    /**
     * Rents an instance; blocks until it runs and has an address. The request's token and tags are on it from birth.
     * Throws {@link CloudException.NoCapacity} where the zone has none left now, {@link CloudException.Refused} where it is sure
     * that nothing was bought, and {@link CloudException.Unfinished} where something was that does not run.
     */
    Instance launch(LaunchRequest request);

    /**
     * Gives the instance back; blocks until it is gone, or cannot come back and costs nothing. One that is gone already is no
     * error; throws {@link CloudException.NotSeen} where the cloud cannot tell such a one from one that it does not see yet.
     */
    void terminate(String instanceId);

    /**
     * For how long after a launch whose answer was lost its instance may be missing in {@link #list}. Until then a list
     * without it proves nothing.
     */
    default Duration visibleWithin() {
        return Duration.ZERO;
    }

    /**
     * From now on instances of the deployment let these hosts reach what hosts need of each other, and no others. Nothing is
     * done where the cloud does not shut anything, or where the deployment has nothing at the account.
     *
     * @param hosts the addresses of all that are launched, at whatever account
     */
    default void admit(String deployment, Set<Ipv4> hosts) {}

    /** Removes what the deployment has at the account beside instances; it has none any more. */
    default void forget(String deployment) {}

    @Override
    void close();
}
