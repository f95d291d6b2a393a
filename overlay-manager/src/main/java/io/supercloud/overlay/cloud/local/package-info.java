/**
 * Clouds on this machine: network namespaces as instances, joined by an underlay with the delays and bandwidths of a WAN.
 *
 * <p>Start with {@link io.supercloud.overlay.cloud.local.LocalUnderlay} (the sites and the ways between them), then {@link
 * io.supercloud.overlay.cloud.local.LocalClouds} (accounts), and {@link
 * io.supercloud.overlay.cloud.local.LocalCloudControl} for what a provider does on its own: reclaim a spot instance. The
 * truth is the kernel's; files under the state directories only describe it. Needs root. Safe for use by many threads, but
 * one account belongs to one process at a time.
 */
package io.supercloud.overlay.cloud.local;
