/**
 * How a host gets its certificate: the join protocol, version 1. TCP, TLS 1.3 where the server alone shows a certificate;
 * integers in network order.
 *
 * <pre>
 * client: version 1 byte (1) | token: bytes | host name: bytes | signing request (PKCS #10, RFC 2986): bytes
 * server: version 1 byte (1) | outcome 1 (1 issued, 2 refused) | certificate (X.509 DER), or why not (UTF-8): bytes
 * </pre>
 *
 * Bytes are their number (2, unsigned) and themselves. The host's private key never leaves it; the signing request shows
 * that it has one. The client knows the deployment's authority by the SHA-256 of its certificate, which reached it with
 * the token; the server sends the authority's certificate as the end of its chain. A connection carries one exchange.
 *
 * <p>Blocking code; the server has a virtual thread for each connection.
 */
package io.supercloud.cluster.internal.join;
