package io.supercloud.image.internal.nbd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.image.ImageStore;
import io.supercloud.image.InMemoryVolumePool;
import io.supercloud.image.NbdCatalog;
import io.supercloud.image.VolumePool;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NbdCodecTest {
    private static final int FUZZ_ROUNDS = 20_000;

    @Test
    void aRequestComesBackAsItWasWritten() {
        Request request = new Request(1, Nbd.CMD_WRITE, -5L, 1L << 40, 0xffff_ffffL);
        ByteBuffer wire = ByteBuffer.allocate(64);
        request.write(wire);
        assertThat(wire.flip().remaining()).isEqualTo(Request.BYTES);
        assertThat(Request.read(wire)).isEqualTo(request);
    }

    @Test
    void anOptionAndItsReplyComeBackAsTheyWereWritten() {
        ByteBuffer wire = ByteBuffer.allocate(64);
        new Option(Nbd.OPT_GO, new byte[] {1, 2, 3}).write(wire);
        Option option = Option.read(wire.flip());
        assertThat(option.number()).isEqualTo(Nbd.OPT_GO);
        assertThat(option.data()).containsExactly(1, 2, 3);
        new OptionReply(Nbd.OPT_GO, Nbd.REP_INFO, new byte[] {4}).write(wire.clear());
        OptionReply reply = OptionReply.read(wire.flip());
        assertThat(reply.type()).isEqualTo(Nbd.REP_INFO);
        assertThat(reply.data()).containsExactly(4);
    }

    @Test
    void anOptionThatIsNotAllThereIsLeftAlone() {
        ByteBuffer wire = ByteBuffer.allocate(64);
        new Option(Nbd.OPT_GO, new byte[] {1, 2, 3}).write(wire);
        ByteBuffer part = wire.flip().slice(0, wire.limit() - 1);
        assertThat(Option.read(part)).isNull();
        assertThat(part.remaining()).isEqualTo(wire.limit() - 1);
    }

    @Test
    void wrongMagicAndOversizedOptionsAreRefused() {
        ByteBuffer request = ByteBuffer.allocate(Request.BYTES).putInt(7).rewind();
        assertThatThrownBy(() -> Request.read(request)).isInstanceOf(NbdProtocolException.class);
        ByteBuffer option = ByteBuffer.allocate(Option.HEADER_BYTES)
                .putLong(Nbd.IHAVEOPT)
                .putInt(1)
                .putInt(Option.MAX_DATA_BYTES + 1)
                .flip();
        assertThatThrownBy(() -> Option.read(option)).isInstanceOf(NbdProtocolException.class);
    }

    @Test
    void negotiationAnswersAnyOptionWithSoundReplies() {
        SplittableRandom random = new SplittableRandom(3);
        VolumePool pool = new InMemoryVolumePool();
        Negotiation negotiation =
                new Negotiation(new NbdCatalog.Single("disk", pool.create("disk", ImageStore.BLANK, 4096, 1)));
        ByteBuffer out = ByteBuffer.allocate(Negotiation.MAX_ANSWER_BYTES);
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
            negotiation.answer(option, out.clear());
            out.flip();
            while (out.hasRemaining()) {
                assertThat(OptionReply.read(out)).as("round %d", round).isNotNull();
            }
        }
    }
}
