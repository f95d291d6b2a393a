package io.supercloud.cluster.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrameTest {
    private static Frame throughTheWire(Frame frame) {
        ByteBuf written = frame.write(UnpooledByteBufAllocator.DEFAULT);
        try {
            assertThat(written.readInt()).isEqualTo(written.readableBytes());
            return Frame.read(written);
        } finally {
            written.release();
        }
    }

    @Test
    void everyFrameIsReadAsItWasWritten() {
        assertThat(throughTheWire(new Frame.Hello(1))).isEqualTo(new Frame.Hello(1));
        ByteBuffer object = ByteBuffer.wrap(new byte[] {1, 2, 3});
        assertThat(throughTheWire(new Frame.Request(-5, object))).isEqualTo(new Frame.Request(-5, object));
        assertThat(throughTheWire(new Frame.Reply(7, object))).isEqualTo(new Frame.Reply(7, object));
        Frame refused = new Frame.Refused(7, "Changed", "it is \u2603");
        assertThat(throughTheWire(refused)).isEqualTo(refused);
    }

    @Test
    void aMessageBeyondTheBoundIsCutBetweenCharacters() {
        String message = "\u2603".repeat(10_000);
        Frame.Refused back = (Frame.Refused) throughTheWire(new Frame.Refused(1, "k", message));
        assertThat(message).startsWith(back.message());
        assertThat(back.message()).hasSize(Frame.MAX_MESSAGE_BYTES / 3);
    }

    @Test
    void damagedFramesAreReadOrRefused() {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50_000; round++) {
            byte[] bytes = new byte[random.nextInt(0, 40)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = (byte) random.nextInt(0, 6);
            }
            try {
                Frame.read(Unpooled.wrappedBuffer(bytes));
            } catch (CorruptedFrameException e) {
                assertThat(e.getMessage()).as("seed %d round %d", seed, round).isNotBlank();
            }
        }
    }

    @Test
    void aTextThatIsNotUtf8IsRefused() {
        byte[] frame = {4, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, (byte) 0xc3, 0, 0};
        assertThatThrownBy(() -> Frame.read(Unpooled.wrappedBuffer(frame))).isInstanceOf(CorruptedFrameException.class);
    }
}
