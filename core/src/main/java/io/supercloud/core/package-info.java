/**
 * The vocabulary of Supercloud and the ports that modules share. Depends on the JDK alone.
 *
 * <p>Start with {@link io.supercloud.core.Owner} (who runs a VM, at which epoch), {@link io.supercloud.core.Registry}
 * (what must be agreed) and {@link io.supercloud.core.Events} (what happened). Values are immutable; ports are safe for
 * use by many threads.
 */
package io.supercloud.core;
