package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.overlay.cloud.CloudException;
import java.util.Arrays;

/** The sizes that local clouds rent out. A namespace has them in name only, a machine has them. */
public enum LocalType {
    SMALL("local.small", 1, 1024),
    MEDIUM("local.medium", 2, 4096),
    LARGE("local.large", 4, 8192);

    private final String id;
    private final int cores;
    private final int memoryMiB;

    LocalType(String id, int cores, int memoryMiB) {
        this.id = id;
        this.cores = cores;
        this.memoryMiB = memoryMiB;
    }

    public String id() {
        return id;
    }

    public int cores() {
        return cores;
    }

    public int memoryMiB() {
        return memoryMiB;
    }

    static LocalType of(String id) {
        return Arrays.stream(values())
                .filter(type -> type.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new CloudException("the local cloud has no instance type '%s'".formatted(id)));
    }
}
