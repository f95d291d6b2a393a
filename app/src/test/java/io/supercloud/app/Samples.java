package io.supercloud.app;

import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.image.Durability;
import io.supercloud.image.Encryption;
import io.supercloud.image.KeyReference;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.Protection;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.StreamShape;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;

/** Values of the project's records, by a seeded generator. */
public final class Samples {
    private static final int BLOCK_BYTES = 4096;

    /** Types whose values are not free. */
    private static final Map<Class<?>, Function<SplittableRandom, Object>> MADE = Map.ofEntries(
            Map.entry(boolean.class, SplittableRandom::nextBoolean),
            Map.entry(int.class, SplittableRandom::nextInt),
            Map.entry(long.class, SplittableRandom::nextLong),
            Map.entry(double.class, SplittableRandom::nextDouble),
            Map.entry(byte.class, random -> (byte) random.nextInt()),
            Map.entry(String.class, Samples::name),
            Map.entry(Duration.class, random -> Duration.ofMillis(random.nextLong(1L << 42))),
            Map.entry(Instant.class, random -> Instant.ofEpochMilli(random.nextLong(1L << 42))),
            Map.entry(VmId.class, random -> new VmId(name(random))),
            Map.entry(HostId.class, random -> new HostId(name(random))),
            Map.entry(ImageId.class, random -> new ImageId(name(random))),
            Map.entry(MoveId.class, random -> new MoveId(name(random))),
            Map.entry(SiteId.class, random -> new SiteId(name(random))),
            Map.entry(Ipv4.class, random -> new Ipv4(random.nextInt())),
            Map.entry(MacAddress.class, random -> new MacAddress(random.nextLong() >>> 16)),
            Map.entry(Owner.class, random -> new Owner(new HostId(name(random)), random.nextLong(1, 1L << 40))),
            Map.entry(VmSpec.class, Samples::spec),
            Map.entry(KeyReference.class, random -> new KeyReference("file:/" + name(random))),
            Map.entry(Durability.class, Samples::durability),
            Map.entry(Copies.class, Samples::copies),
            Map.entry(Protection.class, Samples::protection),
            Map.entry(MoveManner.class, Samples::manner),
            Map.entry(StreamShape.class, random -> StreamShape.compressed(random.nextInt(1, 8))),
            Map.entry(
                    VolumeDescription.class,
                    random -> new VolumeDescription(
                            name(random),
                            new ImageId(name(random)),
                            random.nextLong(1, 1 << 20) * BLOCK_BYTES,
                            random.nextLong(),
                            durability(random),
                            Encryption.NONE)));

    private Samples() {}

    private static Copies copies(SplittableRandom random) {
        int ack = random.nextInt(1, 4);
        return new Copies(ack + 2, ack + 1, ack);
    }

    private static Durability durability(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> Durability.LOCAL;
            case 1 -> Durability.ARCHIVED;
            default -> new Durability.Replicated(copies(random));
        };
    }

    private static Protection protection(SplittableRandom random) {
        return random.nextInt(3) == 0
                ? new Protection(
                        new Durability.Replicated(copies(random)),
                        Protection.OnHostLoss.RESUME,
                        Duration.ofSeconds(random.nextInt(10, 3600)))
                : Protection.of(durability(random));
    }

    /** A value of a record, an enum, a sealed type of these, an array, a list or an optional of such, or of a basic type. */
    public static Object of(Type type, SplittableRandom random) {
        if (type instanceof ParameterizedType parameterized) {
            Type inner = parameterized.getActualTypeArguments()[0];
            if (parameterized.getRawType() == Optional.class) {
                return random.nextBoolean() ? Optional.of(of(inner, random)) : Optional.empty();
            }
            return Stream.generate(() -> of(inner, random))
                    .limit(random.nextInt(4))
                    .toList();
        }
        Class<?> raw = (Class<?>) type;
        if (MADE.containsKey(raw)) {
            return MADE.get(raw).apply(random);
        }
        if (raw.isArray()) {
            return array(raw.getComponentType(), random);
        }
        if (raw.isEnum()) {
            return raw.getEnumConstants()[random.nextInt(raw.getEnumConstants().length)];
        }
        if (raw.isSealed()) {
            List<Class<?>> kinds = implementations(raw);
            return of(kinds.get(random.nextInt(kinds.size())), random);
        }
        return record(raw, random);
    }

    private static Object array(Class<?> component, SplittableRandom random) {
        Object array = Array.newInstance(component, random.nextInt(20));
        for (int i = 0; i < Array.getLength(array); i++) {
            Array.set(array, i, of(component, random));
        }
        return array;
    }

    private static Object record(Class<?> type, SplittableRandom random) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components)
                .map(component -> of(component.getGenericType(), random))
                .toArray();
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("no sample of " + type, e);
        }
    }

    private static VmSpec spec(SplittableRandom random) {
        return new VmSpec(
                new VmId(name(random)),
                new ImageId(name(random)),
                random.nextInt(VmSpec.MIN_MEMORY_MIB, VmSpec.MAX_MEMORY_MIB),
                random.nextInt(1, VmSpec.MAX_VCPUS),
                random.nextLong(1, 1 << 20) * BLOCK_BYTES,
                name(random),
                new Ipv4(random.nextInt()),
                new MacAddress(random.nextLong() >>> 16),
                "pc-" + name(random),
                "Nehalem",
                name(random),
                protection(random));
    }

    private static MoveManner manner(SplittableRandom random) {
        long downtime = random.nextLong(1, 1_000);
        return new MoveManner(
                MoveManner.Kind.values()[random.nextInt(MoveManner.Kind.values().length)],
                MoveManner.PostCopy.values()[random.nextInt(MoveManner.PostCopy.values().length)],
                MoveManner.Compression.values()[random.nextInt(MoveManner.Compression.values().length)],
                downtime,
                downtime + random.nextLong(10_000));
    }

    private static String name(SplittableRandom random) {
        return "n" + Long.toString(random.nextLong(1L << 40), 36);
    }

    /** All records and enums that implement a sealed interface, at any depth. */
    public static List<Class<?>> implementations(Class<?> sealed) {
        return Arrays.stream(sealed.getPermittedSubclasses())
                .flatMap(type -> type.isSealed() ? implementations(type).stream() : Stream.of(type))
                .toList();
    }
}
