/**
 * Accounts at clouds and the launching of hosts on them.
 *
 * <p>Start with {@link io.supercloud.overlay.cloud.Cloud} (one account) and {@link
 * io.supercloud.overlay.cloud.HostLauncher} (from an order to a host whose agent runs). Everything here is blocking code
 * that may be called from many (virtual) threads at once.
 */
package io.supercloud.overlay.cloud;
