package io.supercloud.migration.agent;

import io.supercloud.core.Registry;
import io.supercloud.core.VmId;
import io.supercloud.migration.Json;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmRecord.Desired;

/** What the user wants of a VM, as its record says; a VM without a record is to be stopped. */
final class Wishes {
    private Wishes() {}

    static Desired of(Registry registry, VmId vm) {
        return registry.read(Paths.vm(vm))
                .map(entry -> Json.read(entry, VmRecord.class).desired())
                .orElse(Desired.STOPPED);
    }

    /** Notes what has become of the VM, where it has a record. Throws where somebody else changes it at this moment. */
    static void note(Registry registry, VmId vm, Desired next) {
        registry.read(Paths.vm(vm))
                .ifPresent(entry -> registry.replace(
                        entry, Json.write(Json.read(entry, VmRecord.class).wanting(next))));
    }
}
