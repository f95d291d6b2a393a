/**
 * Plans for all VMs of a tenant at once: which site each should be at, how they share instances, and where their images
 * should stand by.
 *
 * <p>{@link io.supercloud.optimizer.fleet.FleetPlanner} is a pure function of {@link io.supercloud.optimizer.fleet.Fleet}
 * and offers; {@link io.supercloud.optimizer.fleet.FleetPlanner#replan} does again only what a change of price touches.
 * All types are immutable but the planner, which belongs to one thread.
 */
package io.supercloud.optimizer.fleet;
