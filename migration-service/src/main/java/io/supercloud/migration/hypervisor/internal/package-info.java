/**
 * QEMU over QMP, the QEMU Machine Protocol: JSON objects, one a line, over a Unix socket.
 *
 * <p>Sequence (QEMU's docs/interop/qmp-spec): the server greets with {@code {"QMP": ...}}; the client sends
 * {@code {"execute": "qmp_capabilities"}}; then each command has an id and gets one {@code return} or {@code error} with
 * that id, while events come in between. {@link io.supercloud.migration.hypervisor.internal.QmpMessage} reads the
 * messages, {@link io.supercloud.migration.hypervisor.internal.QmpClient} does the I/O: one reader thread, any number of
 * callers.
 */
package io.supercloud.migration.hypervisor.internal;
