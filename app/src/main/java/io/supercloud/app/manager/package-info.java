/**
 * The manager process: desired state, launching, moves, the market, and the control socket that the command line speaks to.
 *
 * <p>{@link io.supercloud.app.manager.ManagerProcess} wires it; {@link io.supercloud.app.manager.ControlRequest} is what it
 * can be asked. The control protocol is one JSON object a line over a Unix socket that only its user can open: one request,
 * then any number of {@code {"progress": "..."}} and {@code {"event": {...}}}, then one {@code {"result": ...}} or
 * {@code {"error": "..."}}. Each connection has a virtual thread of its own.
 */
package io.supercloud.app.manager;
