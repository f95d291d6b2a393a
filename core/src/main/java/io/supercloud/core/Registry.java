package io.supercloud.core;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the processes must agree on: a small tree of entries with versions. Nothing large belongs here
 * ({@link #MAX_VALUE_BYTES}).
 *
 * <p>Every method but {@link #watch} blocks until the registry has answered and, for a change, until a quorum of it has
 * made the change durable. A method throws {@link RegistryException.Unavailable} where no answer came within the
 * registry's time limit: the change may then have happened or not, and the caller reads to find out. Paths are absolute,
 * with segments of {@code [A-Za-z0-9._-]+}; parents are made as needed and vanish never.
 */
public interface Registry extends AutoCloseable {
    int MAX_VALUE_BYTES = 256 * 1024;

    /** The entry at {@code path}, as the registry has it now (a linearizable read). */
    Optional<Entry> read(String path);

    /** The entries directly below {@code path}, by their last segment; empty where there are none. */
    Map<String, Entry> children(String path);

    /** Makes a new entry. Throws {@link RegistryException.Exists} where there is one. */
    Entry create(String path, byte[] value);

    /**
     * Makes an entry that the registry removes when this client's session ends: after {@link #close()}, or one session
     * time-out after the process was last heard of. Throws {@link RegistryException.Exists} where there is one.
     */
    Entry createLease(String path, byte[] value);

    /** Replaces exactly {@code expected}; throws {@link RegistryException.Changed} where another version is there, or none. */
    Entry replace(Entry expected, byte[] value);

    /** Deletes exactly {@code expected}; throws {@link RegistryException.Changed} where another version is there. */
    void delete(Entry expected);

    /**
     * Calls {@code listener} with the entries directly below {@code path} now, and again after each change (changes that
     * come close together may be told as one). Calls come one at a time, on a thread of the registry's own; a listener may
     * block. After a break in the connection the next call tells the state then.
     */
    Subscription watch(String path, Consumer<Map<String, Entry>> listener);

    /** Calls {@code listener} with whether the registry can be reached, now and at each change. */
    Subscription watchConnection(Consumer<Boolean> listener);

    @Override
    void close();

    /** One entry. The version is the registry's own and grows with each change of the entry. */
    record Entry(String path, byte[] value, long version) {
        /** The last segment of the path. */
        public String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        public String text() {
            return new String(value, java.nio.charset.StandardCharsets.UTF_8);
        }
    }

    /** Ends a subscription; after {@code close} has returned the listener is not called again. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** The segments of {@code path} checked: throws {@link InvalidValueException} for a path that no registry takes. */
    static List<String> segments(String path) {
        if (path == null || !path.matches("(/[A-Za-z0-9._-]+)+")) {
            throw new InvalidValueException("'%s' is not a registry path such as /vms/web-1".formatted(path));
        }
        return List.of(path.substring(1).split("/"));
    }
}
