package io.supercloud.cluster;

import io.supercloud.cluster.internal.rpc.ObjectCodec;
import io.supercloud.core.InvalidValueException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The types that calls may carry, each by a number on which both sides agree: records and enums. Built in are Java's
 * primitives and their boxes, {@code String}, {@code byte[]}, {@code byte[][]}, {@code long[]}, {@code List}, {@code
 * Set} and {@code Map} (any of them; they arrive immutable; no null inside), {@code Optional}, {@code Instant} and {@code
 * Duration}. Register everything before the first server or client is made with it.
 */
public final class MessageTypes {
    public static final int FIRST_ID = 16;
    public static final int MAX_ID = 65_535;

    private final Map<Integer, Class<?>> types = new TreeMap<>();

    /**
     * Adds a type.
     *
     * @param id {@link #FIRST_ID} or more, not taken yet
     * @param type a record or an enum; of a sealed interface, register each record
     */
    public synchronized MessageTypes register(int id, Class<?> type) {
        if (id < FIRST_ID || id > MAX_ID) {
            throw new InvalidValueException(
                    "message id %d for %s is not valid: use %d to %d".formatted(id, type.getName(), FIRST_ID, MAX_ID));
        }
        if (!type.isRecord() && !type.isEnum()) {
            throw new InvalidValueException(
                    "%s cannot be a message: use a record or an enum".formatted(type.getName()));
        }
        if (types.containsKey(id) || types.containsValue(type)) {
            throw new InvalidValueException("message id %d or %s is registered already".formatted(id, type.getName()));
        }
        types.put(id, type);
        return this;
    }

    synchronized ObjectCodec codec() {
        return new ObjectCodec(types);
    }
}
