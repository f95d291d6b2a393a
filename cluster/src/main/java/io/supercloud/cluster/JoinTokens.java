package io.supercloud.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.supercloud.cluster.internal.security.Keys;
import io.supercloud.core.Names;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/**
 * Tokens with which a new host gets its certificate, each once. The registry holds their hashes under {@code /tokens}, so
 * that who reads the registry cannot join.
 */
public final class JoinTokens {
    /** No token is valid for longer. */
    public static final Duration MAX_VALIDITY = Duration.ofDays(7);

    private static final String PATH = "/tokens";
    private static final int TOKEN_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Registry registry;
    private final Clock clock;

    public JoinTokens(Registry registry, Clock clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /**
     * A new token for the host of this name: 43 characters of {@code [A-Za-z0-9_-]}. Removes those that have expired.
     *
     * @param validity at most {@link #MAX_VALIDITY}
     */
    public String issue(String hostName, Duration validity) {
        Names.require("host", hostName);
        if (validity.isNegative() || validity.isZero() || validity.compareTo(MAX_VALIDITY) > 0) {
            throw new ClusterException(
                    "a token for %s cannot be valid for %s; use more than nothing and at most %d days"
                            .formatted(hostName, validity, MAX_VALIDITY.toDays()));
        }
        removeExpired();
        byte[] random = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Instant expires = clock.instant().plus(validity);
        registry.create(path(token), (hostName + " " + expires.getEpochSecond()).getBytes(US_ASCII));
        return token;
    }

    /**
     * Uses the token up. Of several that try at once, one succeeds.
     *
     * @return whether the token was there, has not expired and is for this host; with another name it stays
     */
    public boolean redeem(String token, String hostName) {
        Optional<Registry.Entry> entry = registry.read(path(token));
        if (entry.isEmpty() || !host(entry.get()).equals(hostName) || hasExpired(entry.get())) {
            return false;
        }
        return remove(entry.get());
    }

    private void removeExpired() {
        for (Registry.Entry entry : registry.children(PATH).values()) {
            if (hasExpired(entry)) {
                remove(entry);
            }
        }
    }

    private boolean remove(Registry.Entry entry) {
        try {
            registry.delete(entry);
            return true;
        } catch (RegistryException.Changed e) {
            return false;
        }
    }

    private static String path(String token) {
        return PATH + "/" + Keys.sha256(token.getBytes(US_ASCII));
    }

    private static String host(Registry.Entry entry) {
        return entry.text().substring(0, entry.text().indexOf(' '));
    }

    private boolean hasExpired(Registry.Entry entry) {
        long expires = Long.parseLong(entry.text().substring(entry.text().indexOf(' ') + 1));
        return clock.instant().getEpochSecond() >= expires;
    }
}
