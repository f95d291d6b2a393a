/**
 * What {@link io.supercloud.overlay.cloud.HostLauncher} is made of: {@link
 * io.supercloud.overlay.cloud.internal.LaunchRecords}, its memory in the registry, and {@link
 * io.supercloud.overlay.cloud.internal.AgentInstaller}, its hands on the host. Stateless; safe for use by many threads.
 */
package io.supercloud.overlay.cloud.internal;
