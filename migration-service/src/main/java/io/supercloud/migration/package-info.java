/**
 * The life of VMs and the move transaction.
 *
 * <p>Start with {@link io.supercloud.migration.MoveDriver}, which runs the numbered steps of a move from the manager and
 * journals each; {@link io.supercloud.migration.HostCall} is what a host's agent can be asked to do, and
 * {@link io.supercloud.migration.agent.HostService} does it. {@link io.supercloud.migration.Owners} is the one door through
 * which a VM changes its owner. Classes here block; callers run them on virtual threads.
 */
package io.supercloud.migration;
