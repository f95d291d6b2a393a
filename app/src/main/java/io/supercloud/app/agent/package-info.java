/** The agent process: one per host. {@link io.supercloud.app.agent.AgentProcess} wires a host's parts together. */
package io.supercloud.app.agent;
