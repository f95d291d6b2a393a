/**
 * The jclouds provider {@code supercloud-local}: instances are network namespaces of this machine. {@link
 * io.supercloud.overlay.cloud.local.jclouds.LocalApiMetadata} registers it; its identity is the account's name.
 *
 * <p>Threads: jclouds calls the adapter from many at once.
 */
package io.supercloud.overlay.cloud.local.jclouds;
