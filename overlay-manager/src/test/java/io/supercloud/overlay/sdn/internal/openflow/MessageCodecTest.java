package io.supercloud.overlay.sdn.internal.openflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class MessageCodecTest {
    private static final int ROUNDS = 20_000;

    private static final Flow FLOW = new Flow(
            0,
            100,
            0x5c00_0000_0000_0001L,
            Match.ANY
                    .with(Field.IN_PORT, 2)
                    .with(Field.ETH_TYPE, 0x800)
                    .with(new Oxm(Field.TCP_FLAGS, 2, 0x12))
                    .with(Field.TUNNEL_ID, 77),
            List.of(
                    Action.SetField.of(Field.ETH_SOURCE, 0x5254_0000_0001L),
                    new Action.Move(Field.ARP_SENDER_MAC, Field.ARP_TARGET_MAC),
                    Action.Output.to(Ports.IN_PORT),
                    Action.Output.to(Ports.CONTROLLER)),
            2);

    private static final List<Message> EXAMPLES = List.of(
            new Message.Hello(1, 1 << 5),
            new Message.EchoRequest(2, new Payload(new byte[] {1, 2, 3})),
            new Message.EchoReply(3, new Payload(new byte[0])),
            new Message.Failure(4, 5, 6, new Payload(new byte[] {7})),
            new Message.FeaturesRequest(5),
            new Message.FeaturesReply(6, 0x25c_0000_0001L, 0, 254, 0, 0x4f),
            new Message.SetConfig(7, 0, 0xffff),
            new Message.BarrierRequest(8),
            new Message.BarrierReply(9),
            new Message.Unneeded(10, 12, new Payload(new byte[72])),
            new PacketIn(11, 1, 0, 5, 3, 7, new Payload(new byte[60])),
            new PacketOut(12, Ports.CONTROLLER, List.of(Action.Output.to(3)), new Payload(new byte[60])),
            new FlowMod(13, FlowMod.Command.ADD, FLOW),
            new FlowMod(14, FlowMod.Command.MODIFY_STRICT, FLOW),
            FlowMod.deleteAll(15),
            new FlowStats.Request(16),
            new FlowStats.Reply(
                    17, true, true, List.of(new FlowStats.Entry(FLOW, 0), new FlowStats.Entry(FLOW, 1L << 40))),
            new Bundle.Control(18, 4, Bundle.Kind.COMMIT_REPLY),
            new Bundle.Add(4, new FlowMod(19, FlowMod.Command.DELETE_STRICT, FLOW)));

    private static byte[] write(Message message) {
        ByteBuf out = Unpooled.buffer();
        MessageCodec.write(message, out);
        return ByteBufUtil.getBytes(out);
    }

    private static Message read(byte[] bytes) {
        return MessageCodec.read(Unpooled.wrappedBuffer(bytes));
    }

    @Test
    void everyMessageSurvivesTheWire() {
        for (Message message : EXAMPLES) {
            byte[] bytes = write(message);
            assertThat(read(bytes)).isEqualTo(message);
            assertThat(bytes.length).isEqualTo(Unpooled.wrappedBuffer(bytes).getUnsignedShort(2));
        }
    }

    @Test
    void aFlowModHasTheBytesOfTheSpecification() {
        Flow flow = new Flow(2, 200, 1, Match.ANY.with(Field.ETH_TYPE, 0x806), List.of(Action.Output.to(7)), 0);
        assertThat(new Payload(write(new FlowMod(9, FlowMod.Command.ADD, flow))))
                .hasToString("050e005800000009" + "0000000000000001" + "0000000000000000" + "0200" + "0000" + "0000"
                        + "00c8" + "ffffffff" + "ffffffff" + "ffffffff" + "0000" + "0000"
                        + "0001000a80000a020806000000000000"
                        + "00040018000000000000001000000007" + "0000000000000000");
    }

    @Test
    void everyTruncatedMessageIsRefused() {
        for (Message message : EXAMPLES) {
            byte[] bytes = write(message);
            for (int length = 0; length < bytes.length; length++) {
                ByteBuf truncated = Unpooled.wrappedBuffer(bytes, 0, length);
                assertThatThrownBy(() -> MessageCodec.read(truncated))
                        .as("%s cut to %d bytes", message, length)
                        .isInstanceOf(OverlayException.Malformed.class);
            }
        }
    }

    @Test
    void otherVersionsAndUnknownTypesAreRefused() {
        byte[] barrier = write(new Message.BarrierReply(1));
        barrier[0] = 4;
        assertThatThrownBy(() -> read(barrier)).isInstanceOf(OverlayException.Malformed.class);
        byte[] unknown = write(new Message.BarrierReply(1));
        unknown[1] = 99;
        assertThatThrownBy(() -> read(unknown)).hasMessageContaining("99");
    }

    @Test
    void aFieldGivenTwiceOrOutsideItsMaskIsRefused() {
        Match match = Match.ANY.with(Field.ETH_TYPE, 0x800);
        assertThatThrownBy(() -> match.with(Field.ETH_TYPE, 0x806)).hasMessageContaining("twice");
        assertThatThrownBy(() -> new Oxm(Field.TCP_FLAGS, 3, 2)).hasMessageContaining("TCP_FLAGS");
        assertThatThrownBy(() -> Oxm.of(Field.ETH_TYPE, 0x1_0000)).hasMessageContaining("ETH_TYPE");
    }

    @Test
    void anOlderNameOfAFieldIsTheSameField() {
        ByteBuf nxm = Unpooled.buffer().writeInt(0x0000_0206).writeBytes(new byte[] {1, 2, 3, 4, 5, 6});
        assertThat(Oxm.read(nxm)).contains(Oxm.of(Field.ETH_DESTINATION, 0x0102_0304_0506L));
        ByteBuf onf = Unpooled.buffer()
                .writeInt(0xffff_5508)
                .writeInt(Field.ONF_EXPERIMENTER)
                .writeShort(2)
                .writeShort(0x12);
        assertThat(Oxm.read(onf)).contains(new Oxm(Field.TCP_FLAGS, 2, 0x12));
    }

    @Test
    void aFlowOfAnotherHandMakesTheDumpIncomplete() {
        byte[] bytes = write(new FlowStats.Reply(1, false, true, List.of(new FlowStats.Entry(FLOW, 3))));
        int idleTimeoutAt = 8 + 8 + 14;
        bytes[idleTimeoutAt + 1] = 30;
        assertThat(read(bytes)).isEqualTo(new FlowStats.Reply(1, false, false, List.of()));
    }

    /** What is accepted is understood: it can be written, and reads as the same again. */
    @Test
    void randomDamageIsRefusedOrUnderstood() {
        long seed = 20_261_120;
        SplittableRandom random = new SplittableRandom(seed);
        int accepted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = write(EXAMPLES.get(random.nextInt(EXAMPLES.size())));
            List<Integer> places = new ArrayList<>();
            for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
                int place = random.nextInt(bytes.length);
                places.add(place);
                bytes[place] = (byte) random.nextInt(256);
            }
            try {
                Message message = read(bytes);
                if (!(message instanceof FlowStats.Reply reply) || reply.readable()) {
                    assertThat(read(write(message)))
                            .as("seed %d, round %d, places %s", seed, round, places)
                            .isEqualTo(message);
                }
                accepted++;
            } catch (OverlayException.Malformed refused) {
                assertThat(refused).hasMessageContaining(" ");
            }
        }
        assertThat(accepted).as("seed %d", seed).isPositive();
    }
}
