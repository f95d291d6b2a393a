/**
 * The controller of one switch: keeps its flows as the topology says, across reconnects of either side.
 *
 * <p>Entry type: {@link io.supercloud.overlay.sdn.internal.control.FlowProgrammer}. Changes block their caller, one at a
 * time; packets are answered on the event loop of the connection; a reconnect is reconciled on a virtual thread.
 */
package io.supercloud.overlay.sdn.internal.control;
