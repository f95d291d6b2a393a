/**
 * What an agent does on its host: runs VMs, gives them away and takes them in.
 *
 * <p>{@link io.supercloud.migration.agent.HostService} answers the calls; one
 * {@link io.supercloud.migration.agent.HostedVm} holds what one VM has here; the two sides of a move are
 * {@link io.supercloud.migration.agent.OutgoingTransfer} and {@link io.supercloud.migration.agent.ArrivingVm};
 * {@link io.supercloud.migration.agent.TopologyKeeper} keeps the switch at what the registry says. Calls for one VM wait for
 * each other; calls for different VMs do not.
 */
package io.supercloud.migration.agent;
