package io.supercloud.cluster.internal.join;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ProtocolException;

/** The two messages of the join protocol; see the package for the layout. */
public sealed interface JoinMessage {
    int VERSION = 1;
    int MAX_TOKEN_BYTES = 128;
    int MAX_NAME_BYTES = 63;
    int MAX_REQUEST_BYTES = 8 * 1024;
    int MAX_ANSWER_BYTES = 16 * 1024;

    record Request(String token, String hostName, byte[] signingRequest) implements JoinMessage {
        public static Request read(DataInputStream in) throws IOException {
            requireVersion(in);
            return new Request(
                    new String(bytes(in, MAX_TOKEN_BYTES), UTF_8),
                    new String(bytes(in, MAX_NAME_BYTES), UTF_8),
                    bytes(in, MAX_REQUEST_BYTES));
        }

        public void write(DataOutputStream out) throws IOException {
            out.writeByte(VERSION);
            put(out, token.getBytes(UTF_8));
            put(out, hostName.getBytes(UTF_8));
            put(out, signingRequest);
            out.flush();
        }
    }

    /** What the server answers. */
    sealed interface Answer extends JoinMessage {
        int ISSUED = 1;
        int REFUSED = 2;

        static Answer read(DataInputStream in) throws IOException {
            requireVersion(in);
            int outcome = in.readUnsignedByte();
            return switch (outcome) {
                case ISSUED -> new Issued(bytes(in, MAX_ANSWER_BYTES));
                case REFUSED -> new Refused(new String(bytes(in, MAX_ANSWER_BYTES), UTF_8));
                default -> throw new ProtocolException("unknown outcome " + outcome);
            };
        }

        default void write(DataOutputStream out) throws IOException {
            out.writeByte(VERSION);
            switch (this) {
                case Issued issued -> {
                    out.writeByte(ISSUED);
                    put(out, issued.certificate());
                }
                case Refused refused -> {
                    out.writeByte(REFUSED);
                    put(out, refused.why().getBytes(UTF_8));
                }
            }
            out.flush();
        }
    }

    record Issued(byte[] certificate) implements Answer {}

    record Refused(String why) implements Answer {}

    private static void requireVersion(DataInputStream in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new ProtocolException("the peer speaks version %d of the join protocol and this process version %d"
                    .formatted(version, VERSION));
        }
    }

    private static byte[] bytes(DataInputStream in, int max) throws IOException {
        int length = in.readUnsignedShort();
        if (length > max) {
            throw new ProtocolException("a field of %d bytes is longer than %d".formatted(length, max));
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static void put(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }
}
