package io.supercloud.cluster.internal.rpc;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.DefaultSerializers;
import com.esotericsoftware.kryo.serializers.RecordSerializer;
import com.esotericsoftware.kryo.util.Pool;
import io.supercloud.cluster.ClusterException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Objects as bytes and back, by Kryo. Safe for use by many threads. */
public final class ObjectCodec {
    private static final int MAX_OBJECT_BYTES = Frame.MAX_FRAME_BYTES - Frame.CALL_BYTES;
    private static final int FIRST_BYTES = 512;
    private static final int MAX_DEPTH = 64;
    private static final int POOLED = 16;
    private static final int FIRST_BUILT_IN = 16;

    /** Below the ids of users are Kryo's own and the built-in types. */
    private static final int FIRST_OF_USERS = 64;

    private final Map<Integer, Class<?>> types;
    private final Pool<Kryo> pool = new Pool<>(true, false, POOLED) {
        @Override
        protected Kryo create() {
            return newKryo();
        }
    };

    public ObjectCodec(Map<Integer, Class<?>> types) {
        this.types = Map.copyOf(types);
    }

    /** Throws {@link ClusterException} where the object holds an unregistered type or is too large. */
    public ByteBuffer encode(Object object) {
        Output output = new Output(FIRST_BYTES, MAX_OBJECT_BYTES);
        Kryo kryo = pool.obtain();
        try {
            kryo.writeClassAndObject(output, object);
        } catch (KryoBufferOverflowException e) {
            throw new ClusterException(
                    "a message of type %s is larger than %d bytes; send it in parts"
                            .formatted(name(object), MAX_OBJECT_BYTES),
                    e);
        } catch (RuntimeException e) {
            throw new ClusterException(
                    "a message of type %s cannot be encoded; are all its types registered, and none of its elements null?"
                            .formatted(name(object)),
                    e);
        }
        pool.free(kryo);
        return ByteBuffer.wrap(output.getBuffer(), 0, output.position());
    }

    private static String name(Object object) {
        return object == null ? "null" : object.getClass().getName();
    }

    /** Throws {@link ClusterException} where the bytes are not exactly one object of registered types. */
    public Object decode(ByteBuffer bytes) {
        Kryo kryo = pool.obtain();
        BoundedInput input = new BoundedInput(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        Object object;
        try {
            object = kryo.readClassAndObject(input);
        } catch (RuntimeException e) {
            throw new ClusterException("a message cannot be decoded: %s".formatted(firstLine(e)), e);
        }
        if (input.left() > 0) {
            throw new ClusterException("a message has %d bytes after its end".formatted(input.left()));
        }
        pool.free(kryo);
        return object;
    }

    private static String firstLine(RuntimeException e) {
        return ("" + e.getMessage()).lines().findFirst().orElse("");
    }

    private Kryo newKryo() {
        Kryo kryo = new Kryo(new StrictResolver(), null);
        kryo.setRegistrationRequired(true);
        kryo.setReferences(false);
        kryo.setMaxDepth(MAX_DEPTH);
        int id = FIRST_BUILT_IN;
        kryo.register(byte[].class, Serializers.bytes(), id++);
        kryo.register(byte[][].class, Serializers.arraysOfBytes(), id++);
        kryo.register(long[].class, Serializers.longs(), id++);
        kryo.register(List.class, Serializers.list(), id++);
        kryo.register(Set.class, Serializers.set(), id++);
        kryo.register(Map.class, Serializers.map(), id++);
        kryo.register(Optional.class, Serializers.optional(), id++);
        kryo.register(Instant.class, Serializers.instant(), id++);
        kryo.register(Duration.class, Serializers.duration(), id);
        types.forEach((number, type) -> kryo.register(type, serializer(type), FIRST_OF_USERS + number));
        return kryo;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Serializer<?> serializer(Class<?> type) {
        return type.isEnum() ? new DefaultSerializers.EnumSerializer((Class) type) : new RecordSerializer(type);
    }
}
