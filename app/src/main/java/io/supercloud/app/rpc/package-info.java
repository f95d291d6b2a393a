/** The agents' calls over the deployment's RPC: which types travel, and how a host's agent is found. */
package io.supercloud.app.rpc;
