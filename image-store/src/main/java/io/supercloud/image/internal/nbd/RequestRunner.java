package io.supercloud.image.internal.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.supercloud.core.InvalidValueException;
import io.supercloud.image.BlockDevice;
import io.supercloud.image.BlockIoException;
import io.supercloud.image.Extent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries one request out on the device and makes the reply. Blocks; any thread. */
final class RequestRunner {
    private static final Logger LOG = LoggerFactory.getLogger(RequestRunner.class);
    private static final int SMALL_REPLY_BYTES = 64;
    private static final int MAX_EXTENTS = 1024;

    private final BlockDevice device;
    private final ByteBufAllocator allocator;
    private final boolean structured;
    private final boolean allocationContext;

    RequestRunner(BlockDevice device, ByteBufAllocator allocator, boolean structured, boolean allocationContext) {
        this.device = device;
        this.allocator = allocator;
        this.structured = structured;
        this.allocationContext = allocationContext;
    }

    /** Returns the reply, which the caller releases; {@code payload} stays the caller's. */
    ByteBuf run(Request request, ByteBuf payload) {
        try {
            return attempt(request, payload);
        } catch (BlockIoException e) {
            LOG.debug("A request to an NBD export failed", e);
            return error(request, errorOf(e.reason()), e.getMessage());
        } catch (InvalidValueException e) {
            return error(request, request.type() == Nbd.CMD_WRITE ? Nbd.ENOSPC : Nbd.EINVAL, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("A request to an NBD export failed in an unforeseen way: {}", request, e);
            return error(request, Nbd.EIO, "the server failed");
        }
    }

    private static int errorOf(BlockIoException.Reason reason) {
        return switch (reason) {
            case NOT_PERMITTED -> Nbd.EPERM;
            case OUT_OF_SPACE -> Nbd.ENOSPC;
            case FAILED -> Nbd.EIO;
        };
    }

    private ByteBuf attempt(Request request, ByteBuf payload) {
        boolean durable = request.has(Nbd.CMD_FLAG_FUA);
        switch (request.type()) {
            case Nbd.CMD_READ -> {
                return read(request);
            }
            case Nbd.CMD_BLOCK_STATUS -> {
                return blockStatus(request);
            }
            case Nbd.CMD_WRITE -> device.write(request.offset(), payload.nioBuffer(), durable);
            case Nbd.CMD_FLUSH -> device.flush();
            case Nbd.CMD_TRIM -> device.trim(request.offset(), request.length(), durable);
            case Nbd.CMD_WRITE_ZEROES -> device.zero(request.offset(), request.length(), durable);
            case Nbd.CMD_CACHE -> device.cache(request.offset(), request.length());
            default -> {
                return error(request, Nbd.EINVAL, "there is no command " + request.type());
            }
        }
        ByteBuf reply = allocator.directBuffer(SMALL_REPLY_BYTES);
        Reply.done(reply, structured, request.cookie());
        return reply;
    }

    private ByteBuf read(Request request) {
        int length = (int) request.length();
        if (length == 0 || length > Negotiation.MAX_REQUEST_BYTES) {
            return error(request, Nbd.EINVAL, "a read has 1 byte to 32 MiB");
        }
        int head = Reply.dataHeadBytes(structured);
        ByteBuf reply = allocator.directBuffer(head + length, head + length);
        try {
            Reply.dataHead(reply, structured, request.cookie(), request.offset(), length);
            device.read(request.offset(), reply.nioBuffer(head, length));
            return reply.writerIndex(head + length);
        } catch (RuntimeException e) {
            reply.release();
            throw e;
        }
    }

    private ByteBuf blockStatus(Request request) {
        if (!allocationContext || request.length() == 0) {
            return error(request, Nbd.EINVAL, "block status needs a negotiated context and a length");
        }
        int most = request.has(Nbd.CMD_FLAG_REQ_ONE) ? 1 : MAX_EXTENTS;
        List<Extent> extents = device.extents(request.offset(), request.length(), most);
        ByteBuf reply = allocator.directBuffer(SMALL_REPLY_BYTES);
        Reply.blockStatus(reply, request.cookie(), Negotiation.BASE_ALLOCATION_ID, extents);
        return reply;
    }

    ByteBuf error(Request request, int error, String message) {
        ByteBuf reply = allocator.directBuffer(SMALL_REPLY_BYTES);
        Reply.error(reply, structured, request.cookie(), error, message);
        return reply;
    }
}
