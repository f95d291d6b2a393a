package io.supercloud.cluster.internal.rpc;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.util.DefaultClassResolver;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Classes by registered id alone, never by name; any list, set or map counts as the one that is registered. */
final class StrictResolver extends DefaultClassResolver {
    @Override
    @SuppressWarnings("rawtypes")
    public Registration getRegistration(Class type) {
        Registration exact = super.getRegistration(type);
        if (exact != null) {
            return exact;
        }
        for (Class<?> general : List.of(List.class, Map.class, Set.class)) {
            if (general.isAssignableFrom(type)) {
                return super.getRegistration(general);
            }
        }
        return null;
    }

    @Override
    protected Registration readName(Input input) {
        throw new KryoException("the message names a class; only registered ids are read");
    }
}
