package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;

/** Messages to bytes and back. Reading takes exactly one whole message and refuses all that is not well formed. */
public final class MessageCodec {
    public static final int VERSION = 5;
    static final int HEADER_BYTES = 8;
    static final int MAX_BYTES = 0xffff;
    static final int LENGTH_OFFSET_BYTES = 2;
    private static final int MAX_TYPE = 34;

    private MessageCodec() {}

    public static void write(Message message, ByteBuf out) {
        int start = out.writerIndex();
        out.writeByte(VERSION).writeByte(message.type()).writeShort(0).writeInt(message.xid());
        message.writeBody(out);
        int length = out.writerIndex() - start;
        if (length > MAX_BYTES) {
            throw new OverlayException("an OpenFlow message of %d bytes is too long".formatted(length));
        }
        out.setShort(start + LENGTH_OFFSET_BYTES, length);
    }

    public static Message read(ByteBuf in) {
        Wire.require(in, HEADER_BYTES, "message header");
        int version = in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        int xid = in.readInt();
        ByteBuf body = Wire.slice(in, length - HEADER_BYTES, "message");
        Wire.requireEnd(in, "message");
        if (type == Message.Hello.TYPE) {
            return Message.Hello.read(xid, version, body);
        }
        if (version != VERSION) {
            throw new OverlayException.Malformed(
                    "OpenFlow version %d was not agreed on: expected %d".formatted(version, VERSION));
        }
        Message message = read(type, xid, body);
        Wire.requireEnd(body, "message of type " + type);
        return message;
    }

    private static Message read(int type, int xid, ByteBuf in) {
        return switch (type) {
            case Message.Failure.TYPE -> Message.Failure.read(xid, in);
            case Message.EchoRequest.TYPE -> new Message.EchoRequest(xid, Payload.rest(in));
            case Message.EchoReply.TYPE -> new Message.EchoReply(xid, Payload.rest(in));
            case Message.FeaturesRequest.TYPE -> new Message.FeaturesRequest(xid);
            case Message.FeaturesReply.TYPE -> Message.FeaturesReply.read(xid, in);
            case Message.SetConfig.TYPE -> Message.SetConfig.read(xid, in);
            case PacketIn.TYPE -> PacketIn.read(xid, in);
            case PacketOut.TYPE -> PacketOut.read(xid, in);
            case FlowMod.TYPE -> FlowMod.read(xid, in);
            case FlowStats.Request.TYPE -> readRequest(xid, in);
            case FlowStats.Reply.TYPE -> FlowStats.Reply.read(xid, in);
            case Message.BarrierRequest.TYPE -> new Message.BarrierRequest(xid);
            case Message.BarrierReply.TYPE -> new Message.BarrierReply(xid);
            case Bundle.Control.TYPE -> Bundle.Control.read(xid, in);
            case Bundle.Add.TYPE -> Bundle.Add.read(xid, in);
            default -> readUnneeded(type, xid, in);
        };
    }

    private static Message readRequest(int xid, ByteBuf in) {
        Message request = FlowStats.Request.read(xid, in);
        in.skipBytes(in.readableBytes());
        return request;
    }

    private static Message readUnneeded(int type, int xid, ByteBuf in) {
        if (type > MAX_TYPE) {
            throw new OverlayException.Malformed("OpenFlow: message type %d is not known".formatted(type));
        }
        return new Message.Unneeded(xid, type, Payload.rest(in));
    }
}
