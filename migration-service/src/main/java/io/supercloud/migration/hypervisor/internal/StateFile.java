package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.VmId;
import io.supercloud.migration.MigrationException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The state of a stopped guest in a file: QEMU's own memory stream, sent to a {@code file:} address instead of a host
 * (QEMU's docs/devel/migration, since 8.2). A stopped guest needs one pass, so the file has each page once.
 *
 * @param streamStatus what QEMU says at this moment
 */
record StateFile(VmId vm, QmpClient monitor, StreamWatch stream, Supplier<String> streamStatus) {
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(10);

    /** The stream pauses before its last part as any does; where it fails it is given up, so that the guest can go on. */
    void save(Path file, Duration limit) {
        monitor.execute("migrate-set-parameters", Map.of("max-bandwidth", 0));
        monitor.execute("migrate", Map.of("uri", "file:" + file));
        try {
            await("pre-switchover", limit);
            monitor.execute("migrate-continue", Map.of("state", "pre-switchover"));
            await("completed", limit);
        } catch (MigrationException e) {
            giveUp();
            throw new MigrationException("the state of VM %s was not saved: %s".formatted(vm, e.getMessage()), e);
        }
    }

    void load(Path file, Duration limit) {
        monitor.execute("migrate-incoming", Map.of("uri", "file:" + file));
        await("completed", limit);
    }

    private void await(String phase, Duration limit) {
        if (!stream.await(limit, phase::equals, streamStatus)) {
            throw new MigrationException("VM %s: its state is not '%s' within %d s (%s)"
                    .formatted(vm, phase, limit.toSeconds(), streamStatus.get()));
        }
    }

    private void giveUp() {
        monitor.execute("migrate_cancel", Map.of());
        stream.await(CANCEL_LIMIT, "cancelled"::equals, streamStatus, true);
    }
}
