/**
 * The registry and the events on ZooKeeper (3.9, client over Netty with TLS).
 *
 * <h2>Layout</h2>
 *
 * <pre>
 * /supercloud/DEPLOYMENT/...         one node for each entry and for each of its parents
 * /supercloud/DEPLOYMENT/events/...  one persistent sequential node for each event
 * </pre>
 *
 * A node's data is empty where there is no entry (a parent that was made as needed, or an entry that was deleted), else
 * one byte with the version of the format (1) and the value. Deleting an entry empties its node rather than removing
 * it, so that ZooKeeper's version of the node grows on: an entry that is made again has another version, and who holds
 * the old one cannot change it. Readers remove nodes that have been empty for an hour. Leases are ephemeral nodes, and
 * their versions carry the node's generation in the upper half.
 *
 * <p>A write whose answer was lost is sent again. Where the second try finds the first one's result, or somebody else's,
 * nobody can tell which, and the caller is told that the registry did not answer.
 *
 * <p>Each subscription has a virtual thread; ZooKeeper's own threads only wake it.
 */
package io.supercloud.cluster.internal.zookeeper;
