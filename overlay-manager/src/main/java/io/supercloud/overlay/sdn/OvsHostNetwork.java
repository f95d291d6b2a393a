package io.supercloud.overlay.sdn;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.internal.control.FlowProgrammer;
import io.supercloud.overlay.sdn.internal.control.PacketHandler;
import io.supercloud.overlay.sdn.internal.devices.Commands;
import io.supercloud.overlay.sdn.internal.devices.Devices;
import io.supercloud.overlay.sdn.internal.flows.DeviceNames;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import io.supercloud.overlay.sdn.internal.openflow.OpenFlowServer;
import io.supercloud.overlay.sdn.internal.ovsdb.SwitchDatabase;
import io.supercloud.overlay.sdn.internal.services.Notices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The overlay on the Open vSwitch of this host: the integration bridge {@value Pipeline#BRIDGE} with one VXLAN port, both
 * made when missing and then kept, together with their flows, when the agent ends.
 */
public final class OvsHostNetwork implements HostNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(OvsHostNetwork.class);
    private static final String VXLAN_PORT = "4789";

    private final Config config;
    private final Devices devices;
    private final SwitchDatabase database;
    private final Notices<StubTouch> stubs = new Notices<>("stub-notices", System::nanoTime);
    private final Notices<PortId> sleepers = new Notices<>("sleeper-notices", System::nanoTime);
    private final FlowProgrammer programmer;
    private final OpenFlowServer server;
    private final ReentrantLock changingDevices = new ReentrantLock();
    private final Map<Ipv4, Cidr> exposed = new LinkedHashMap<>();

    /**
     * Where the switch of a host is and of which kind.
     *
     * @param ovsdbSocket where ovsdb-server listens
     * @param controllerSocket where to listen for the switch; ovs-vswitchd connects to sockets directly in its own run
     *     directory ({@code OVS_RUNDIR}) only
     * @param userspaceDatapath whether ovs-vswitchd forwards packets itself, for want of a kernel module
     * @param commandPrefix put before commands on devices, such as {@code ip netns exec NAME}; empty on a host of its own
     */
    public record Config(
            HostId me, Path ovsdbSocket, Path controllerSocket, boolean userspaceDatapath, List<String> commandPrefix) {
        private static final int MAX_SOCKET_PATH = 107;

        public Config {
            commandPrefix = List.copyOf(commandPrefix);
            controllerSocket = controllerSocket.toAbsolutePath();
            if (controllerSocket.toString().length() > MAX_SOCKET_PATH) {
                throw new InvalidValueException("the controller's socket path %s is longer than %d characters"
                        .formatted(controllerSocket, MAX_SOCKET_PATH));
            }
        }

        public Config(HostId me, Path ovsdbSocket, Path controllerSocket, boolean userspaceDatapath) {
            this(me, ovsdbSocket, controllerSocket, userspaceDatapath, List.of());
        }
    }

    /** Sets up the bridge; blocks until the switch has made it. Throws {@link OverlayException} where it does not. */
    public OvsHostNetwork(Config config) {
        this.config = config;
        devices = new Devices(new Commands(config.commandPrefix()), config.userspaceDatapath());
        database = new SwitchDatabase(config.ovsdbSocket(), Pipeline.BRIDGE);
        programmer =
                new FlowProgrammer(config.me(), new PacketHandler(config.me(), stubs, sleepers), this::afterReconnect);
        server = new OpenFlowServer(config.controllerSocket(), programmer);
        boolean complete = false;
        try {
            setUpBridge();
            complete = true;
        } finally {
            if (!complete) {
                close();
            }
        }
    }

    private void setUpBridge() {
        database.ensureBridge(new SwitchDatabase.Bridge(
                config.userspaceDatapath() ? "netdev" : "system",
                "unix:" + config.controllerSocket(),
                Pipeline.LOCAL_MAC));
        database.ensurePort(
                Pipeline.TUNNEL_DEVICE, "vxlan", Map.of("remote_ip", "flow", "key", "flow", "dst_port", VXLAN_PORT));
        readDevices();
    }

    private void readDevices() {
        Map<String, Integer> numbers = database.ports();
        programmer.updateDevices(ofports -> {
            ofports.clear();
            ofports.putAll(numbers);
        });
    }

    /** A switch that started anew has lost what the kernel held for it, and may have numbered its devices anew. */
    private void afterReconnect() {
        changingDevices.lock();
        try {
            readDevices();
            exposed.forEach((address, network) -> devices.addAddress(Pipeline.BRIDGE, address, network));
        } catch (OverlayException failure) {
            LOG.warn("Host {} could not be set up again after a reconnect: {}", config.me(), failure.getMessage());
        } finally {
            changingDevices.unlock();
        }
    }

    @Override
    public String attach(Attachment attachment, Network network, MacAddress mac, Ipv4 address) {
        String device = DeviceNames.of(attachment.port());
        changingDevices.lock();
        try {
            switch (attachment) {
                case Attachment.Tap tap -> devices.ensureTap(device, network.mtu());
                case Attachment.NamespaceEnd end -> devices.ensurePair(device, end, network, mac, address);
            }
            int number = database.ensurePort(device, "", Map.of());
            programmer.updateDevices(ofports -> ofports.put(device, number));
            return device;
        } finally {
            changingDevices.unlock();
        }
    }

    /** The switch lets go of the device before it is deleted; otherwise it would keep a dead one of that name. */
    @Override
    public void detach(PortId port) {
        String device = DeviceNames.of(port);
        changingDevices.lock();
        try {
            programmer.updateDevices(ofports -> ofports.remove(device));
            database.removePort(device);
            devices.delete(device);
        } finally {
            changingDevices.unlock();
        }
    }

    @Override
    public void apply(Topology topology) {
        programmer.apply(topology);
    }

    @Override
    public void onStubTouched(Consumer<StubTouch> listener) {
        stubs.listen(listener);
    }

    @Override
    public void onSleeperTouched(Consumer<PortId> listener) {
        sleepers.listen(listener);
    }

    @Override
    public Map<PortId, Long> frames() {
        return programmer.frames();
    }

    @Override
    public OptionalLong untaken(PortId port) {
        return devices.untaken(DeviceNames.of(port));
    }

    @Override
    public void exposeStub(Ipv4 address, Cidr network) {
        changingDevices.lock();
        try {
            devices.addAddress(Pipeline.BRIDGE, address, network);
            exposed.put(address, network);
        } finally {
            changingDevices.unlock();
        }
    }

    /** The kernel drops the route with its address, so the route of another stub in the same network is set again. */
    @Override
    public void concealStub(Ipv4 address) {
        changingDevices.lock();
        try {
            exposed.remove(address);
            devices.removeAddress(Pipeline.BRIDGE, address);
            exposed.forEach((other, network) -> devices.addAddress(Pipeline.BRIDGE, other, network));
        } finally {
            changingDevices.unlock();
        }
    }

    @Override
    public boolean connected() {
        return programmer.connected();
    }

    @Override
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!connected()) {
            problems.add(
                    "the switch of host '%s' is not connected: check that ovs-vswitchd runs and that %s is in its run directory"
                            .formatted(config.me(), config.controllerSocket()));
            programmer.failure().ifPresent(problems::add);
        }
        return List.copyOf(problems);
    }

    @Override
    public void close() {
        server.close();
        database.close();
        stubs.close();
        sleepers.close();
    }
}
