/**
 * Following the clients around the globe: one VM, clients in many cities whose demand goes with their day, and a limit of
 * moves a day. {@link io.supercloud.optimizer.sun.Demand} is what was asked for, {@link io.supercloud.optimizer.sun.SunPlan}
 * decides purely from what was, {@link io.supercloud.optimizer.sun.SunRun} replays days and keeps the accounts. All types
 * are immutable.
 */
package io.supercloud.optimizer.sun;
