package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;

/** One OpenFlow message. The transaction number ({@code xid}) ties an answer to its question. */
public sealed interface Message
        permits Message.Hello,
                Message.EchoRequest,
                Message.EchoReply,
                Message.Failure,
                Message.FeaturesRequest,
                Message.FeaturesReply,
                Message.SetConfig,
                Message.BarrierRequest,
                Message.BarrierReply,
                Message.Unneeded,
                PacketIn,
                PacketOut,
                FlowMod,
                FlowStats.Request,
                FlowStats.Reply,
                Bundle.Control,
                Bundle.Add {
    int xid();

    /** The code of its type on the wire. */
    int type();

    void writeBody(ByteBuf out);

    /**
     * The versions of the sender.
     *
     * @param versions bit n for wire version n, n up to 31
     */
    record Hello(int xid, int versions) implements Message {
        static final int TYPE = 0;
        private static final int ELEMENT_VERSIONS = 1;
        private static final int ELEMENT_BYTES = 8;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeShort(ELEMENT_VERSIONS).writeShort(ELEMENT_BYTES).writeInt(versions);
        }

        /** A HELLO without a bitmap offers the version of its header and all below. */
        static Hello read(int xid, int version, ByteBuf in) {
            int versions = version >= 31 ? -1 : (1 << (version + 1)) - 1;
            while (in.isReadable()) {
                Wire.require(in, 4, "hello element");
                int element = in.readUnsignedShort();
                int length = in.readUnsignedShort();
                ByteBuf body = Wire.slice(in, length - 4, "hello element");
                Wire.skip(in, Math.min(in.readableBytes(), Wire.padding(length)), "padding of a hello element");
                if (element == ELEMENT_VERSIONS) {
                    Wire.require(body, 4, "version bitmap");
                    versions = body.readInt();
                }
            }
            return new Hello(xid, versions);
        }
    }

    record EchoRequest(int xid, Payload data) implements Message {
        static final int TYPE = 2;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            data.write(out);
        }
    }

    record EchoReply(int xid, Payload data) implements Message {
        static final int TYPE = 3;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            data.write(out);
        }
    }

    /** ERROR: the message with the same {@code xid} was refused. */
    record Failure(int xid, int kind, int code, Payload data) implements Message {
        static final int TYPE = 1;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeShort(kind).writeShort(code);
            data.write(out);
        }

        static Failure read(int xid, ByteBuf in) {
            Wire.require(in, 4, "error");
            return new Failure(xid, in.readUnsignedShort(), in.readUnsignedShort(), Payload.rest(in));
        }
    }

    record FeaturesRequest(int xid) implements Message {
        static final int TYPE = 5;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {}
    }

    record FeaturesReply(int xid, long datapath, int buffers, int tables, int auxiliary, int capabilities)
            implements Message {
        static final int TYPE = 6;
        private static final int BYTES = 24;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeLong(datapath).writeInt(buffers).writeByte(tables).writeByte(auxiliary);
            out.writeZero(2).writeInt(capabilities).writeZero(4);
        }

        static FeaturesReply read(int xid, ByteBuf in) {
            Wire.require(in, BYTES, "features");
            long datapath = in.readLong();
            int buffers = in.readInt();
            int tables = in.readUnsignedByte();
            int auxiliary = in.readUnsignedByte();
            in.skipBytes(2);
            int capabilities = in.readInt();
            in.skipBytes(4);
            return new FeaturesReply(xid, datapath, buffers, tables, auxiliary, capabilities);
        }
    }

    /** How the switch treats fragments, and how much of a packet that misses goes to the controller. */
    record SetConfig(int xid, int flags, int missBytes) implements Message {
        static final int TYPE = 9;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeShort(flags).writeShort(missBytes);
        }

        static SetConfig read(int xid, ByteBuf in) {
            Wire.require(in, 4, "configuration");
            return new SetConfig(xid, in.readUnsignedShort(), in.readUnsignedShort());
        }
    }

    record BarrierRequest(int xid) implements Message {
        static final int TYPE = 20;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {}
    }

    record BarrierReply(int xid) implements Message {
        static final int TYPE = 21;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {}
    }

    /** A message of OpenFlow 1.4 that this controller has no use for, such as PORT_STATUS. */
    record Unneeded(int xid, int type, Payload body) implements Message {
        @Override
        public void writeBody(ByteBuf out) {
            body.write(out);
        }
    }
}
