package io.supercloud.overlay.sdn.internal.services;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Owner;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.openflow.Payload;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class DhcpTest {
    private static final Ipv4 NONE = new Ipv4(0);
    private static final Ipv4 ADDRESS = Ipv4.parse("10.42.0.11");
    private static final Ipv4 ROUTER = Ipv4.parse("10.42.0.1");
    private static final MacAddress MAC = MacAddress.of(ADDRESS);
    private static final Network NETWORK =
            new Network("blue", 7, Cidr.parse("10.42.0.0/24"), 1450, Optional.of(ROUTER), Optional.empty());
    private static final Port PORT = new Port(
            new PortId("alice"),
            "blue",
            MAC,
            ADDRESS,
            new Owner(new HostId("h1"), 1),
            Optional.empty(),
            Optional.empty(),
            "alice");

    private static DhcpMessage request(DhcpType type, Map<DhcpOption, Ipv4> addresses) {
        TreeMap<Integer, Payload> options = new TreeMap<>();
        options.put(DhcpOption.MESSAGE_TYPE.code(), new Payload(new byte[] {type.code()}));
        addresses.forEach((option, address) -> options.put(option.code(), new Payload(address.toBytes())));
        return new DhcpMessage(DhcpMessage.REQUEST, 0xcafe, 0, false, NONE, NONE, NONE, MAC, options);
    }

    private static Optional<DhcpMessage> answer(DhcpMessage request) {
        return DhcpResponder.answer(request, NETWORK, PORT);
    }

    private static DhcpMessage copy(DhcpMessage message) {
        ByteBuf bytes = Unpooled.buffer();
        message.write(bytes);
        return DhcpMessage.read(bytes);
    }

    @Test
    void messagesSurviveTheWireWithLongOptions() {
        DhcpMessage message = request(DhcpType.DISCOVER, Map.of(DhcpOption.REQUESTED_ADDRESS, ADDRESS));
        TreeMap<Integer, Payload> options = new TreeMap<>(message.options());
        options.put(43, new Payload(new byte[600]));
        DhcpMessage longer = new DhcpMessage(1, 2, 3, true, ADDRESS, ROUTER, NONE, MAC, options);
        assertThat(copy(message)).isEqualTo(message);
        assertThat(copy(longer)).isEqualTo(longer);
    }

    @Test
    void aDiscoveryIsOfferedTheOneAddressOfThePort() {
        DhcpMessage offer = answer(request(DhcpType.DISCOVER, Map.of())).orElseThrow();
        assertThat(offer.kind()).contains(DhcpType.OFFER);
        assertThat(offer.yours()).isEqualTo(ADDRESS);
        assertThat(offer.transaction()).isEqualTo(0xcafe);
        assertThat(offer.address(DhcpOption.NETMASK)).contains(Ipv4.parse("255.255.255.0"));
        assertThat(offer.address(DhcpOption.ROUTER)).contains(ROUTER);
        assertThat(offer.address(DhcpOption.SERVER)).contains(ROUTER);
        assertThat(offer.options()).doesNotContainKey(DhcpOption.DNS.code());
    }

    @Test
    void aRequestForAnotherAddressIsRefused() {
        Ipv4 other = Ipv4.parse("10.42.0.12");
        assertThat(answer(request(DhcpType.REQUEST, Map.of(DhcpOption.REQUESTED_ADDRESS, ADDRESS)))
                        .flatMap(DhcpMessage::kind))
                .contains(DhcpType.ACK);
        DhcpMessage refusal = answer(request(DhcpType.REQUEST, Map.of(DhcpOption.REQUESTED_ADDRESS, other)))
                .orElseThrow();
        assertThat(refusal.kind()).contains(DhcpType.NAK);
        assertThat(refusal.yours()).isEqualTo(NONE);
        assertThat(refusal.broadcast()).isTrue();
    }

    @Test
    void whatIsForAnotherServerOrFromAnotherCardIsNotAnswered() {
        assertThat(answer(request(
                        DhcpType.REQUEST,
                        Map.of(DhcpOption.REQUESTED_ADDRESS, ADDRESS, DhcpOption.SERVER, Ipv4.parse("10.42.0.9")))))
                .isEmpty();
        DhcpMessage mine = request(DhcpType.DISCOVER, Map.of());
        DhcpMessage foreign = new DhcpMessage(1, 2, 0, false, NONE, NONE, NONE, MacAddress.of(ROUTER), mine.options());
        assertThat(answer(foreign)).isEmpty();
        assertThat(answer(request(DhcpType.RELEASE, Map.of()))).isEmpty();
    }

    @Test
    void malformedMessagesAreRefused() {
        ByteBuf bytes = Unpooled.buffer();
        request(DhcpType.DISCOVER, Map.of()).write(bytes);
        for (int length = 0; length < 244; length++) {
            ByteBuf truncated = bytes.slice(0, length);
            assertThatThrownBy(() -> DhcpMessage.read(truncated)).isInstanceOf(OverlayException.Malformed.class);
        }
        ByteBuf endless = bytes.copy().setByte(243, 0).setZero(240, bytes.readableBytes() - 240);
        assertThatThrownBy(() -> DhcpMessage.read(endless)).hasMessageContaining("end of options");
        assertThatThrownBy(() -> DhcpMessage.read(Unpooled.buffer().writeZero(DhcpMessage.MAX_BYTES + 1)))
                .isInstanceOf(OverlayException.Malformed.class);
    }

    @Test
    void aFrameSurvivesTheWireAndADamagedOneNeverDoesHarm() {
        ByteBuf data = Unpooled.buffer();
        request(DhcpType.DISCOVER, Map.of()).write(data);
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes);
        UdpFrame frame =
                new UdpFrame(MAC, new MacAddress(0xffff_ffff_ffffL), NONE, new Ipv4(-1), 68, 67, new Payload(bytes));
        assertThat(UdpFrame.read(frame.toBytes())).isEqualTo(frame);
        Topology topology = new Topology(List.of(NETWORK), List.of(PORT), List.of(), List.of());
        assertThat(PacketServices.decide(topology, PORT, frame.toBytes()))
                .isInstanceOf(PacketServices.Decision.Answer.class);

        long seed = 68_67;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = frame.toBytes();
            for (int damages = 1 + random.nextInt(4); damages > 0; damages--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(PacketServices.decide(topology, PORT, damaged))
                        .as("seed %d, round %d", seed, round)
                        .isNotNull();
            } catch (OverlayException.Malformed refused) {
                assertThat(refused).hasMessageContaining(" ");
            }
        }
    }

    @Test
    void theAnswerHasARightChecksum() {
        byte[] frame = new UdpFrame(MAC, MAC, ADDRESS, ROUTER, 67, 68, new Payload(new byte[] {1, 2, 3})).toBytes();
        long sum = 17 + 11;
        for (int i = 26; i < frame.length; i++) {
            sum += (long) (frame[i] & 0xff) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        assertThat(sum).isEqualTo(0xffff);
    }
}
