package io.supercloud.cluster.internal.rpc;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How the built-in types are written. Lists, sets and maps come back immutable; their elements are never null. */
final class Serializers {
    /** Room that is taken before elements have come. */
    private static final int FIRST_ELEMENTS = 16;

    private Serializers() {}

    @FunctionalInterface
    interface Writer<T> {
        void write(Kryo kryo, Output output, T value);
    }

    @FunctionalInterface
    interface Reader<T> {
        T read(Kryo kryo, BoundedInput input);
    }

    static <T> Serializer<T> of(Writer<T> writer, Reader<T> reader) {
        return new Serializer<>(false, true) {
            @Override
            public void write(Kryo kryo, Output output, T value) {
                writer.write(kryo, output, value);
            }

            @Override
            public T read(Kryo kryo, Input input, Class<? extends T> type) {
                return reader.read(kryo, (BoundedInput) input);
            }
        };
    }

    static Serializer<byte[]> bytes() {
        return of(
                (kryo, output, value) -> {
                    output.writeVarInt(value.length, true);
                    output.writeBytes(value);
                },
                (kryo, input) -> input.readBytes(input.readCount(1)));
    }

    static Serializer<byte[][]> arraysOfBytes() {
        return of(
                (kryo, output, value) -> {
                    output.writeVarInt(value.length, true);
                    for (byte[] element : value) {
                        output.writeVarInt(element.length, true);
                        output.writeBytes(element);
                    }
                },
                (kryo, input) -> {
                    int count = input.readCount(1);
                    List<byte[]> elements = new ArrayList<>(Math.min(count, FIRST_ELEMENTS));
                    for (int i = 0; i < count; i++) {
                        elements.add(input.readBytes(input.readCount(1)));
                    }
                    return elements.toArray(new byte[0][]);
                });
    }

    static Serializer<long[]> longs() {
        return of(
                (kryo, output, value) -> {
                    output.writeVarInt(value.length, true);
                    output.writeLongs(value, 0, value.length);
                },
                (kryo, input) -> input.readLongs(input.readCount(Long.BYTES)));
    }

    static Serializer<List<?>> list() {
        return of(
                (kryo, output, value) -> writeAll(kryo, output, value),
                (kryo, input) -> List.copyOf(readAll(kryo, input)));
    }

    static Serializer<Set<?>> set() {
        return of(
                (kryo, output, value) -> writeAll(kryo, output, value),
                (kryo, input) -> Set.copyOf(readAll(kryo, input)));
    }

    static Serializer<Map<?, ?>> map() {
        return of(
                (kryo, output, value) -> {
                    output.writeVarInt(value.size(), true);
                    value.forEach((key, element) -> {
                        kryo.writeClassAndObject(output, key);
                        kryo.writeClassAndObject(output, element);
                    });
                },
                (kryo, input) -> {
                    int count = input.readCount(2);
                    Map<Object, Object> elements = new HashMap<>();
                    for (int i = 0; i < count; i++) {
                        elements.put(required(kryo, input), required(kryo, input));
                    }
                    return Map.copyOf(elements);
                });
    }

    static Serializer<Optional<?>> optional() {
        return of(
                (kryo, output, value) -> kryo.writeClassAndObject(output, value.orElse(null)),
                (kryo, input) -> Optional.ofNullable(kryo.readClassAndObject(input)));
    }

    static Serializer<Instant> instant() {
        return of(
                (kryo, output, value) -> {
                    output.writeVarLong(value.getEpochSecond(), false);
                    output.writeVarInt(value.getNano(), true);
                },
                (kryo, input) -> Instant.ofEpochSecond(input.readVarLong(false), input.readVarInt(true)));
    }

    static Serializer<Duration> duration() {
        return of(
                (kryo, output, value) -> {
                    output.writeVarLong(value.getSeconds(), false);
                    output.writeVarInt(value.getNano(), true);
                },
                (kryo, input) -> Duration.ofSeconds(input.readVarLong(false), input.readVarInt(true)));
    }

    private static void writeAll(Kryo kryo, Output output, Collection<?> values) {
        output.writeVarInt(values.size(), true);
        values.forEach(value -> kryo.writeClassAndObject(output, value));
    }

    private static List<Object> readAll(Kryo kryo, BoundedInput input) {
        int count = input.readCount(1);
        List<Object> elements = new ArrayList<>(Math.min(count, FIRST_ELEMENTS));
        for (int i = 0; i < count; i++) {
            elements.add(required(kryo, input));
        }
        return elements;
    }

    private static Object required(Kryo kryo, Input input) {
        Object element = kryo.readClassAndObject(input);
        if (element == null) {
            throw new KryoException("a collection holds a null");
        }
        return element;
    }
}
