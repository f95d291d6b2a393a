package io.supercloud.image.internal.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NbdCodecTest {
    private static final int FUZZ_ROUNDS = 20_000;

    @Test
    void aRequestComesBackAsItWasWritten() {
        Request request = new Request(1, Nbd.CMD_WRITE, -5L, 1L << 40, 0xffff_ffffL);
        ByteBuf wire = Unpooled.buffer();
        request.write(wire);
        assertThat(wire.readableBytes()).isEqualTo(Request.BYTES);
        assertThat(Request.read(wire)).isEqualTo(request);
    }

    @Test
    void anOptionAndItsReplyComeBackAsTheyWereWritten() {
        ByteBuf wire = Unpooled.buffer();
        new Option(Nbd.OPT_GO, new byte[] {1, 2, 3}).write(wire);
        Option option = Option.read(wire);
        assertThat(option.number()).isEqualTo(Nbd.OPT_GO);
        assertThat(option.data()).containsExactly(1, 2, 3);
        new OptionReply(Nbd.OPT_GO, Nbd.REP_INFO, new byte[] {4}).write(wire);
        OptionReply reply = OptionReply.read(wire);
        assertThat(reply.type()).isEqualTo(Nbd.REP_INFO);
        assertThat(reply.data()).containsExactly(4);
    }

    @Test
    void aHeadThatIsNotAllThereIsLeftAlone() {
        ByteBuf wire = Unpooled.buffer();
        new Request(0, Nbd.CMD_READ, 1, 2, 3).write(wire);
        ByteBuf part = wire.readSlice(Request.BYTES - 1);
        assertThat(Request.read(part)).isNull();
        assertThat(part.readableBytes()).isEqualTo(Request.BYTES - 1);
    }

    @Test
    void wrongMagicAndOversizedOptionsAreRefused() {
        ByteBuf request = Unpooled.buffer().writeInt(7).writeZero(Request.BYTES);
        assertThatThrownBy(() -> Request.read(request)).isInstanceOf(NbdProtocolException.class);
        ByteBuf option = Unpooled.buffer().writeLong(Nbd.IHAVEOPT).writeInt(1).writeInt(Option.MAX_DATA_BYTES + 1);
        assertThatThrownBy(() -> Option.read(option)).isInstanceOf(NbdProtocolException.class);
    }

    @Test
    void negotiationAnswersAnyOptionWithSoundReplies() {
        SplittableRandom random = new SplittableRandom(3);
        Negotiation negotiation = new Negotiation("disk", 4096);
        for (int round = 0; round < FUZZ_ROUNDS; round++) {
            byte[] data = new byte[random.nextInt(24)];
            random.nextBytes(data);
            for (int i = 0; i + 3 < data.length && random.nextBoolean(); i += 4) {
                data[i] = 0;
                data[i + 1] = 0;
                data[i + 2] = 0;
                data[i + 3] = (byte) random.nextInt(5);
            }
            Option option = new Option(2 + random.nextInt(10), data);
            ByteBuf out = Unpooled.buffer();
            negotiation.answer(option, out);
            while (out.isReadable()) {
                assertThat(OptionReply.read(out)).as("round %d", round).isNotNull();
            }
        }
    }
}
