/**
 * The ports of core for real, and how processes talk: the registry and the events on ZooKeeper, calls between processes,
 * certificates and joining.
 *
 * <p>Start with {@link io.supercloud.cluster.CertificateAuthority} and {@link io.supercloud.cluster.Identity} (who is
 * who), {@link io.supercloud.cluster.RegistryServer}, {@link io.supercloud.cluster.ZooKeeperRegistry} and {@link
 * io.supercloud.cluster.ZooKeeperEvents} (what is agreed), {@link io.supercloud.cluster.JoinServer} and {@link
 * io.supercloud.cluster.JoinClient} (how a host gets its certificate), {@link io.supercloud.cluster.RpcServer} and {@link
 * io.supercloud.cluster.RpcClient} (calls).
 *
 * <p>Everything public is safe for use by many threads. Listeners and handlers run on virtual threads and may block.
 */
package io.supercloud.cluster;
