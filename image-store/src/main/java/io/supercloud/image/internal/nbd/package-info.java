/**
 * The Network Block Device protocol, server side: fixed newstyle negotiation, then requests and replies. Source: {@code
 * doc/proto.md} of the NetworkBlockDevice/nbd project, sections "Protocol phases" and "Values".
 *
 * <p>Entry type: {@link io.supercloud.image.internal.nbd.NbdAcceptor}. Each client has a thread, which
 * receives, answers what is at hand and sends; what may wait runs on a few more threads of the client's, so replies leave in
 * any order.
 *
 * <p>Everything is big-endian. The server greets with {@code NBDMAGIC, IHAVEOPT, u16 flags}, the client answers {@code
 * u32 flags}. Then come options ({@link io.supercloud.image.internal.nbd.Option}), each answered ({@link
 * io.supercloud.image.internal.nbd.OptionReply}), until EXPORT_NAME or GO begins transmission. A request is a head of 28
 * bytes ({@link io.supercloud.image.internal.nbd.Request}) and, for WRITE, its payload. A reply is simple ({@code u32
 * magic, u32 error, u64 cookie}, data) or, where negotiated, structured chunks ({@code u32 magic, u16 flags, u16 type,
 * u64 cookie, u32 length}, payload), of which the last has the flag DONE; only a long read has several.
 *
 * <p>The server offers: INFO, LIST, STRUCTURED_REPLY, the context {@code base:allocation}, FLUSH, FUA, TRIM,
 * WRITE_ZEROES (quick, and leaves holes; with NO_HOLE zeroes are written and take their space, so with FAST_ZERO too it is refused), CACHE,
 * several connections. A client that breaks the protocol is disconnected. Over TCP the server answers every option but
 * STARTTLS with TLS_REQD until TLS has begun ({@link io.supercloud.image.internal.nbd.TlsChannel}), and then negotiation
 * begins anew.
 */
package io.supercloud.image.internal.nbd;
