/**
 * The {@link io.supercloud.overlay.cloud.Cloud} port on Apache jclouds' {@code ComputeService}: the one way to every
 * cloud, local ones included. jclouds was retired by its foundation in 2025, so nothing outside of this package and of the
 * local provider imports it.
 *
 * <p>Safe for use by many threads, as jclouds' contexts are.
 */
package io.supercloud.overlay.cloud.jclouds;
