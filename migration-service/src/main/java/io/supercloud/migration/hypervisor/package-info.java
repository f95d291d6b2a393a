/**
 * The hypervisor of one host behind a port, and QEMU behind it.
 *
 * <p>{@link io.supercloud.migration.hypervisor.Hypervisor} starts and finds VMs,
 * {@link io.supercloud.migration.hypervisor.VirtualMachine} is one of them. Both are safe for use by many threads; every
 * method that asks the hypervisor something blocks until it answers, within a bound.
 */
package io.supercloud.migration.hypervisor;
