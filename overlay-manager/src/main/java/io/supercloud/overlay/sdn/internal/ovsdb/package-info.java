/**
 * The configuration database of Open vSwitch (RFC 7047): JSON-RPC 1.0 over the Unix socket of ovsdb-server, and the few
 * transactions that set up the bridge, the tunnel and the devices.
 *
 * <p>Sequence: the client sends {@code transact} with a list of operations and gets the list of their results; either side may
 * send {@code echo}, which is answered with its parameters. A message is one JSON object, without a delimiter. Input
 * that is too long, too deep or no JSON-RPC ends the connection. Changes of ovs-vswitchd's own columns are awaited with
 * the {@code wait} operation.
 *
 * <p>Entry types: {@link io.supercloud.overlay.sdn.internal.ovsdb.SwitchDatabase} and
 * {@link io.supercloud.overlay.sdn.internal.ovsdb.OvsdbClient}. Methods block and are safe for use by many threads; a
 * client has one virtual thread that reads.
 */
package io.supercloud.overlay.sdn.internal.ovsdb;
