/**
 * Instances as network namespaces: {@link io.supercloud.overlay.cloud.local.internal.LocalInstances} makes, lists and ends
 * them, {@code init.sh} runs in them.
 *
 * <p>{@code LocalInstances} is safe for use by many threads of one process; the rest is stateless.
 */
package io.supercloud.overlay.cloud.local.internal;
