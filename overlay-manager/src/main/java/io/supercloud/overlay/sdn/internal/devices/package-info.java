/**
 * Network devices of the host's kernel, made with the programs {@code ip} and {@code ethtool}.
 *
 * <p>Entry types: {@link io.supercloud.overlay.sdn.internal.devices.Devices} and
 * {@link io.supercloud.overlay.sdn.internal.devices.Commands}. Methods block; no state, so any thread may call.
 */
package io.supercloud.overlay.sdn.internal.devices;
