package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Optional;

/** A part of the move transaction that is taken out, behind a port; {@link #NONE} leaves it whole. */
enum Mutant {
    NONE,
    /** A disk that takes writes at an epoch that is sealed. */
    DISK_FENCE {
        @Override
        Volume volume(Volume real) {
            return (Volume) Proxy.newProxyInstance(
                    Mutant.class.getClassLoader(), new Class<?>[] {Volume.class}, (proxy, method, arguments) -> {
                        boolean breaks = method.getName().equals("write") && real.state() instanceof VolumeState.Sealed;
                        try {
                            if (breaks) {
                                real.unseal();
                            }
                            return method.invoke(real, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        } finally {
                            if (breaks) {
                                real.seal();
                            }
                        }
                    });
        }
    },
    /** A saved memory that passes for whole at the target before it has come there. */
    WHOLE_MEMORY {
        @Override
        Volume volume(Volume real) {
            if (!real.name().endsWith(".memory")) {
                return real;
            }
            return (Volume) Proxy.newProxyInstance(
                    Mutant.class.getClassLoader(), new Class<?>[] {Volume.class}, (proxy, method, arguments) -> {
                        try {
                            return switch (method.getName()) {
                                case "missingBlocks" -> 0L;
                                case "prefetch", "dropSource" -> null;
                                default -> method.invoke(real, arguments);
                            };
                        } catch (InvocationTargetException e) {
                            throw e.getCause();
                        }
                    });
        }
    },
    /** Writing the owner record anew, which takes their power from requests that are under way, does nothing. */
    OWNER_FENCE {
        @Override
        boolean replaces(Registry store, Registry.Entry expected, byte[] value) {
            return !(expected.path().startsWith(Paths.OWNERS) && Arrays.equals(expected.value(), value));
        }
    },
    /** A registry that replaces whatever version is there. */
    COMPARE_AND_SET {
        @Override
        Registry.Entry expected(Registry store, Registry.Entry expected) {
            return store.read(expected.path()).orElse(expected);
        }
    },
    /** Nobody sees who drives a move, nor that nobody does. */
    DRIVING_LEASE {
        @Override
        boolean forgetsLeases() {
            return true;
        }
    },
    /** The reservation is not undone: the target is not asked to, and the port's record does not say that the move is over. */
    UNDO {
        @Override
        boolean replaces(Registry store, Registry.Entry expected, byte[] value) {
            if (!expected.path().startsWith(Paths.PORTS)) {
                return true;
            }
            PortRecord before = Json.read(expected, PortRecord.class);
            Optional<HostId> owner = new Owners(store).find(before.name()).map(Owner::host);
            boolean undone = Json.read(expected.path(), value, PortRecord.class).equals(before.resting())
                    && before.moveFrom().equals(owner);
            return !undone;
        }

        @Override
        boolean swallows(HostCall<?> call) {
            return call instanceof HostCall.Abandon;
        }
    };

    Volume volume(Volume real) {
        return real;
    }

    boolean forgetsLeases() {
        return false;
    }

    boolean replaces(Registry store, Registry.Entry expected, byte[] value) {
        return true;
    }

    Registry.Entry expected(Registry store, Registry.Entry expected) {
        return expected;
    }

    boolean swallows(HostCall<?> call) {
        return false;
    }
}
