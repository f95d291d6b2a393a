/**
 * The processes of Supercloud and the only place that wires its modules together.
 *
 * <p>{@link io.supercloud.app.Supercloud} is the command line; {@link io.supercloud.app.manager.ManagerProcess},
 * {@link io.supercloud.app.agent.AgentProcess} and {@link io.supercloud.app.registry.RegistryProcess} are the long-lived
 * processes. Each process is one JVM; what blocks runs on virtual threads.
 */
package io.supercloud.app;
