package io.supercloud.migration.agent;

import io.supercloud.image.Volume;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One run of a process, as its ports to the world see it. After {@link #end} nothing that its threads still do has an effect:
 * each use of a port ends the thread, so a test can play a process that is killed at any line.
 */
final class Life {
    private static final List<Class<?>> PORTS = List.of(VirtualMachine.class, Volume.class, HostAgent.class);

    static {
        Thread.UncaughtExceptionHandler others = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            if (!(error instanceof Over) && others != null) {
                others.uncaughtException(thread, error);
            }
        });
    }

    private volatile boolean over;

    /** What the threads of an ended process end with. No code catches it. */
    static final class Over extends Error {
        private static final long serialVersionUID = 1L;

        Over() {
            super("this process was killed");
        }
    }

    void end() {
        over = true;
    }

    boolean isOver() {
        return over;
    }

    void require() {
        if (over) {
            throw new Over();
        }
    }

    <T> T port(Class<T> type, T real) {
        return type.cast(Proxy.newProxyInstance(
                Life.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getDeclaringClass() == Object.class) {
                        return method.invoke(real, arguments);
                    }
                    require();
                    Object result = invoke(real, method, arguments);
                    require();
                    return wrapped(result);
                }));
    }

    private Object invoke(Object real, Method method, Object[] arguments) throws Throwable {
        Object[] mortal = arguments == null
                ? null
                : Arrays.stream(arguments).map(this::listener).toArray();
        try {
            return method.invoke(real, mortal);
        } catch (InvocationTargetException e) {
            require();
            throw e.getCause();
        }
    }

    /** Listeners of an ended process hear nothing. */
    private Object listener(Object argument) {
        if (!(argument instanceof Consumer<?> consumer)) {
            return argument;
        }
        @SuppressWarnings("unchecked")
        Consumer<Object> told = (Consumer<Object>) consumer;
        return (Consumer<Object>) value -> {
            if (!over) {
                try {
                    told.accept(value);
                } catch (Over died) {
                    assert over;
                }
            }
        };
    }

    private Object wrapped(Object result) {
        if (result instanceof Optional<?> optional) {
            return optional.map(this::wrapped);
        }
        for (Class<?> type : PORTS) {
            if (type.isInstance(result)) {
                return port(castable(type), result);
            }
        }
        return result;
    }

    @SuppressWarnings("unchecked")
    private static Class<Object> castable(Class<?> type) {
        return (Class<Object>) type;
    }
}
