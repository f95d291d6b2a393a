/**
 * The move transaction in a simulator: agents and manager are the real ones, hypervisors, switches, disks, the registry and the
 * network are simulated, and one scheduler decides by its seed who goes on and what goes wrong.
 *
 * <p>Start with {@link io.supercloud.migration.simulation.Simulation}. Everything runs on the thread that calls it.
 */
package io.supercloud.migration.simulation;
