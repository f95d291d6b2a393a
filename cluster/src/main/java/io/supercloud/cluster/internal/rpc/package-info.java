/**
 * Calls between processes: the wire protocol, version 1. TCP, TLS 1.3, certificates on both sides; integers in network
 * order.
 *
 * <h2>Frame</h2>
 *
 * <pre>
 * length 4 (of what follows: 1 to 4 MiB) | kind 1 | body
 *
 * kind  body
 *    1  hello: magic 4 ("SCRP") | version 2
 *    2  request: call 8 | object
 *    3  reply: call 8 | object
 *    4  refused: call 8 | kind of the error: text | message: text
 * </pre>
 *
 * An object is what Kryo 5 writes with the ids of {@link io.supercloud.cluster.MessageTypes}. A text is its length in
 * bytes (2, unsigned) and UTF-8. Anything else ends the connection.
 *
 * <h2>Sequence</h2>
 *
 * Both sides send their hello as soon as TLS is up, and nothing before the other's hello has come. A side that gets a
 * hello of another version closes. Then the client sends requests, many at a time, numbered as it likes; the server
 * answers each once, in any order.
 *
 * <h2>Version policy</h2>
 *
 * The version changes with any change of the layout above. Message types are an agreement of the modules that register
 * them; the manager and the agents of a deployment run one release.
 *
 * <p>Netty's event loops move frames only; objects are decoded and handled on virtual threads.
 */
package io.supercloud.cluster.internal.rpc;
