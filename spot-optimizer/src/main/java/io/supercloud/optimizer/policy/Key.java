package io.supercloud.optimizer.policy;

import java.util.Optional;

/**
 * One key of policy files.
 *
 * @param path {@code minimum-stay}, or {@code sites.allowed} for a key in a section
 * @param scope whether each VM may have its own value
 * @param means what it does, one sentence for people
 */
record Key<T>(String path, Scope scope, Kind<T> kind, String means) {
    /** For whom a key holds. */
    enum Scope {
        SLICE,
        VM
    }

    /** The mapping that it stands in; empty for those at the top. */
    Optional<String> section() {
        int dot = path.indexOf('.');
        return dot < 0 ? Optional.empty() : Optional.of(path.substring(0, dot));
    }

    /** Its name in its mapping. */
    String leaf() {
        return path.substring(path.indexOf('.') + 1);
    }

    @Override
    public String toString() {
        return path;
    }
}
