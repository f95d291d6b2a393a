package io.supercloud.overlay.cloud;

import io.supercloud.overlay.cloud.ec2.internal.Ec2Wire;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * A manager's calls of EC2 until it is killed, at the n-th call: before that is sent, or after it was carried out and before its answer
 * came. From then on it does nothing.
 */
final class CutWire {
    /** What the killed manager's threads see. */
    static final class Killed extends CloudException {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed");
        }
    }

    private final Ec2Wire wire;
    private final int fatal;
    private final boolean carriedOut;
    private final Runnable atDeath;
    private int calls;

    CutWire(Ec2Wire wire, int fatal, boolean carriedOut, Runnable atDeath) {
        this.wire = wire;
        this.fatal = fatal;
        this.carriedOut = carriedOut;
        this.atDeath = atDeath;
    }

    boolean killed() {
        return calls > fatal;
    }

    Ec2Wire wire() {
        return (Ec2Wire) Proxy.newProxyInstance(
                Ec2Wire.class.getClassLoader(), new Class<?>[] {Ec2Wire.class}, (self, method, arguments) -> {
                    int call = calls++;
                    if (call == fatal) {
                        atDeath.run();
                    }
                    if (call > fatal || (call == fatal && !carriedOut)) {
                        throw new Killed();
                    }
                    try {
                        Object answer = method.invoke(wire, arguments);
                        if (call == fatal) {
                            throw new Killed();
                        }
                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
