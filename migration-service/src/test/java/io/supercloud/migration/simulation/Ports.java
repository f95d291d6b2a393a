package io.supercloud.migration.simulation;

import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;

/** The pool and its volumes with a pause before and after each use, at which others go on, or this process is killed. */
final class Ports {
    /** They look at what is in memory. */
    private static final Set<String> QUICK = Set.of("state", "name", "description", "missingBlocks", "hydrated");

    private Ports() {}

    static VolumePool pool(SimulatedProcess process, VolumePool real, Mutant mutant) {
        return port(VolumePool.class, process, real, mutant);
    }

    private static <T> T port(Class<T> type, SimulatedProcess process, T real, Mutant mutant) {
        return type.cast(Proxy.newProxyInstance(
                Ports.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class || QUICK.contains(method.getName())) {
                        return invoke(real, method, arguments);
                    }
                    process.pause();
                    Object result = invoke(real, method, arguments);
                    process.pause();
                    return wrapped(process, result, mutant);
                }));
    }

    private static Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object wrapped(SimulatedProcess process, Object result, Mutant mutant) {
        return switch (result) {
            case Optional<?> optional -> optional.map(found -> wrapped(process, found, mutant));
            case Volume volume -> port(Volume.class, process, mutant.volume(volume), mutant);
            case null -> null;
            default -> result;
        };
    }
}
