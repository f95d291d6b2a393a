package io.supercloud.cluster.internal.zookeeper;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.supercloud.core.Event;
import io.supercloud.core.InvalidValueException;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * An event as bytes, integers in network order:
 *
 * <pre>
 * version 1 byte (1) | seconds 8 | nanoseconds 4 | kind | subject | message | count 1 | count times: name, value
 * </pre>
 *
 * A text is its length in bytes (2, unsigned) and UTF-8. Details are in the order of their names, so that equal events
 * have equal bytes. Anything else is refused.
 */
public final class EventCodec {
    /** The most that an event takes as bytes. */
    public static final int MAX_EVENT_BYTES = 32 * 1024;

    private static final byte VERSION = 1;
    private static final int MAX_DETAILS = 64;
    private static final int MAX_TEXT_BYTES = 16 * 1024;
    private static final int MAX_NANOS = 999_999_999;

    private EventCodec() {}

    /** Throws {@link InvalidValueException} where the event is too large. */
    public static byte[] encode(Event event) {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_EVENT_BYTES);
        if (event.details().size() > MAX_DETAILS) {
            throw tooLarge(event);
        }
        try {
            buffer.put(VERSION)
                    .putLong(event.at().getEpochSecond())
                    .putInt(event.at().getNano());
            put(buffer, event, event.kind());
            put(buffer, event, event.subject());
            put(buffer, event, event.message());
            buffer.put((byte) event.details().size());
            new TreeMap<>(event.details()).forEach((name, value) -> {
                put(buffer, event, name);
                put(buffer, event, value);
            });
        } catch (BufferOverflowException e) {
            throw tooLarge(event);
        }
        return Arrays.copyOf(buffer.array(), buffer.position());
    }

    private static void put(ByteBuffer buffer, Event event, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw tooLarge(event);
        }
        buffer.putShort((short) bytes.length).put(bytes);
    }

    private static InvalidValueException tooLarge(Event event) {
        return new InvalidValueException("the event %s of %s is too large; an event has %d details and %d bytes at most"
                .formatted(event.kind(), event.subject(), MAX_DETAILS, MAX_EVENT_BYTES));
    }

    /** Throws {@link InvalidValueException} where the bytes are not an event of this version. */
    public static Event decode(byte[] bytes) {
        if (bytes.length > MAX_EVENT_BYTES || bytes.length == 0 || bytes[0] != VERSION) {
            throw malformed();
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
            Instant at = instant(buffer.getLong(), buffer.getInt());
            String kind = text(buffer);
            String subject = text(buffer);
            String message = text(buffer);
            Map<String, String> details = details(buffer);
            if (buffer.hasRemaining()) {
                throw malformed();
            }
            return new Event(at, kind, subject, message, details);
        } catch (BufferUnderflowException | CharacterCodingException | DateTimeException e) {
            throw malformed();
        }
    }

    private static Instant instant(long seconds, int nanos) {
        if (nanos < 0 || nanos > MAX_NANOS) {
            throw malformed();
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    private static Map<String, String> details(ByteBuffer buffer) throws CharacterCodingException {
        int count = buffer.get();
        if (count < 0 || count > MAX_DETAILS) {
            throw malformed();
        }
        Map<String, String> details = new HashMap<>();
        String last = null;
        for (int i = 0; i < count; i++) {
            String name = text(buffer);
            if (last != null && last.compareTo(name) >= 0) {
                throw malformed();
            }
            details.put(name, text(buffer));
            last = name;
        }
        return details;
    }

    private static String text(ByteBuffer buffer) throws CharacterCodingException {
        int length = Short.toUnsignedInt(buffer.getShort());
        if (length > MAX_TEXT_BYTES || length > buffer.remaining()) {
            throw malformed();
        }
        ByteBuffer bytes = buffer.slice(buffer.position(), length);
        buffer.position(buffer.position() + length);
        return UTF_8.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(bytes)
                .toString();
    }

    private static InvalidValueException malformed() {
        return new InvalidValueException("these bytes are not an event of version %d".formatted(VERSION));
    }
}
