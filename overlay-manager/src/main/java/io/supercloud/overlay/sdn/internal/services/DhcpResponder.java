package io.supercloud.overlay.sdn.internal.services;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.internal.openflow.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A DHCP server that knows the one right answer for each port (RFC 2131 section 4.3). */
public final class DhcpResponder {
    /** A port's address never changes, so the length only bounds how long a VM keeps old settings. */
    static final int LEASE_SECONDS = 86_400;

    private static final Ipv4 NONE = new Ipv4(0);

    private DhcpResponder() {}

    /** The answer to {@code request} from the VM of {@code port}; empty where RFC 2131 asks for silence. */
    public static Optional<DhcpMessage> answer(DhcpMessage request, Network network, Port port) {
        if (request.operation() != DhcpMessage.REQUEST || !request.hardware().equals(port.mac())) {
            return Optional.empty();
        }
        return request.kind().flatMap(kind -> switch (kind) {
            case DISCOVER -> Optional.of(grant(request, DhcpType.OFFER, network, port));
            case REQUEST -> answerRequest(request, network, port);
            case INFORM -> Optional.of(inform(request, network, port));
            case OFFER, ACK, NAK, DECLINE, RELEASE -> Optional.empty();
        });
    }

    private static Optional<DhcpMessage> answerRequest(DhcpMessage request, Network network, Port port) {
        Optional<Ipv4> server = request.address(DhcpOption.SERVER);
        if (server.isPresent() && !server.get().equals(network.serverAddress())) {
            return Optional.empty();
        }
        Ipv4 wanted = request.address(DhcpOption.REQUESTED_ADDRESS).orElse(request.client());
        return Optional.of(
                wanted.equals(port.address())
                        ? grant(request, DhcpType.ACK, network, port)
                        : reply(request, NONE, NONE, true, options(DhcpType.NAK, network)));
    }

    private static DhcpMessage grant(DhcpMessage request, DhcpType kind, Network network, Port port) {
        SortedMap<Integer, Payload> options = settings(kind, network, port);
        put(options, DhcpOption.LEASE_SECONDS, intBytes(LEASE_SECONDS));
        return reply(request, request.client(), port.address(), request.broadcast(), options);
    }

    private static DhcpMessage inform(DhcpMessage request, Network network, Port port) {
        return reply(request, request.client(), NONE, request.broadcast(), settings(DhcpType.ACK, network, port));
    }

    private static DhcpMessage reply(
            DhcpMessage request, Ipv4 client, Ipv4 yours, boolean broadcast, SortedMap<Integer, Payload> options) {
        return new DhcpMessage(
                DhcpMessage.REPLY,
                request.transaction(),
                0,
                broadcast,
                client,
                yours,
                request.relay(),
                request.hardware(),
                options);
    }

    private static SortedMap<Integer, Payload> options(DhcpType kind, Network network) {
        SortedMap<Integer, Payload> options = new TreeMap<>();
        put(options, DhcpOption.MESSAGE_TYPE, new byte[] {kind.code()});
        put(options, DhcpOption.SERVER, network.serverAddress().toBytes());
        return options;
    }

    private static SortedMap<Integer, Payload> settings(DhcpType kind, Network network, Port port) {
        SortedMap<Integer, Payload> options = options(kind, network);
        put(options, DhcpOption.NETMASK, network.subnet().netmask().toBytes());
        network.router().ifPresent(router -> put(options, DhcpOption.ROUTER, router.toBytes()));
        network.dns().ifPresent(dns -> put(options, DhcpOption.DNS, dns.toBytes()));
        put(options, DhcpOption.MTU, new byte[] {(byte) (network.mtu() >>> 8), (byte) network.mtu()});
        put(options, DhcpOption.HOST_NAME, port.hostName().getBytes(StandardCharsets.US_ASCII));
        return options;
    }

    private static void put(SortedMap<Integer, Payload> options, DhcpOption option, byte[] value) {
        options.put(option.code(), new Payload(value));
    }

    private static byte[] intBytes(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(value).array();
    }
}
