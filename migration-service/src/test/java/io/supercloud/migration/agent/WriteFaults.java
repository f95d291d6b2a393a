package io.supercloud.migration.agent;

import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicReference;

/** Clients of the registry with a trap: something that happens once, before or after an entry is replaced; and an outage. */
final class WriteFaults {
    private record Trap(String path, CallFaults.Moment moment, Runnable action) {}

    private volatile boolean away;
    private final AtomicReference<Trap> trap = new AtomicReference<>();

    /** @param action runs within the next replacement of the entry at {@code path}; what it throws is the caller's answer */
    void at(String path, CallFaults.Moment moment, Runnable action) {
        trap.set(new Trap(path, moment, action));
    }

    /** From now on reads are not answered, or are again. */
    void away(boolean now) {
        away = now;
    }

    Registry over(Registry client) {
        return (Registry) Proxy.newProxyInstance(
                WriteFaults.class.getClassLoader(), new Class<?>[] {Registry.class}, (proxy, method, arguments) -> {
                    try {
                        if (away && method.getName().equals("read")) {
                            throw new RegistryException.Unavailable("read in a test", null);
                        }
                        if (!method.getName().equals("replace")) {
                            return method.invoke(client, arguments);
                        }
                        String path = ((Registry.Entry) arguments[0]).path();
                        spring(path, CallFaults.Moment.BEFORE);
                        Object entry = method.invoke(client, arguments);
                        spring(path, CallFaults.Moment.AFTER);
                        return entry;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void spring(String path, CallFaults.Moment moment) {
        Trap set = trap.get();
        if (set != null && set.path().equals(path) && set.moment() == moment && trap.compareAndSet(set, null)) {
            set.action().run();
        }
    }
}
