/**
 * The decisions of the overlay as pure functions of values: which flows a host must have, what to change, and what a
 * packet meets.
 *
 * <p>Tables: {@link io.supercloud.overlay.sdn.internal.flows.Pipeline}. Entry types:
 * {@link io.supercloud.overlay.sdn.internal.flows.FlowCompiler}, {@link io.supercloud.overlay.sdn.internal.flows.FlowDiff}
 * and {@link io.supercloud.overlay.sdn.internal.flows.FlowInterpreter}. No state, no threads.
 */
package io.supercloud.overlay.sdn.internal.flows;
