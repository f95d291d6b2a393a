package io.supercloud.migration.simulation;

import io.supercloud.core.Cidr;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.Attachment;
import io.supercloud.overlay.sdn.HostNetwork;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.StubTouch;
import io.supercloud.overlay.sdn.Topology;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** A host's switch as one run of its agent has it: it answers when the switch's process does. */
final class SimulatedSwitch implements HostNetwork {
    private final SimulatedHost host;
    private final SimulatedProcess agent;
    private final HostNetwork real;

    SimulatedSwitch(SimulatedHost host, SimulatedProcess agent, HostNetwork real) {
        this.host = host;
        this.agent = agent;
        this.real = real;
    }

    private void requireAnswer(String what) {
        agent.pause();
        if (!host.switchAnswers()) {
            agent.sleepNanos(SimulatedHost.SWITCH_LIMIT_NANOS);
            if (!host.switchAnswers()) {
                throw new OverlayException("the switch of %s does not answer: %s".formatted(host.id(), what));
            }
        }
    }

    @Override
    public String attach(Attachment attachment, Network network, MacAddress mac, Ipv4 address) {
        requireAnswer("attach");
        String device = real.attach(attachment, network, mac, address);
        agent.pause();
        return device;
    }

    @Override
    public void detach(PortId port) {
        requireAnswer("detach");
        real.detach(port);
        agent.pause();
    }

    @Override
    public void apply(Topology topology) {
        host.wants(topology);
        requireAnswer("apply");
        real.apply(topology);
        agent.pause();
    }

    @Override
    public void onStubTouched(Consumer<StubTouch> listener) {
        real.onStubTouched(listener);
    }

    @Override
    public void onSleeperTouched(Consumer<PortId> listener) {
        real.onSleeperTouched(listener);
    }

    @Override
    public Map<PortId, Long> frames() {
        requireAnswer("frames");
        return real.frames();
    }

    @Override
    public OptionalLong untaken(PortId port) {
        requireAnswer("untaken");
        return real.untaken(port);
    }

    @Override
    public void exposeStub(Ipv4 address, Cidr network) {
        real.exposeStub(address, network);
    }

    @Override
    public void concealStub(Ipv4 address) {
        real.concealStub(address);
    }

    @Override
    public boolean connected() {
        return host.switchAnswers();
    }

    @Override
    public List<String> problems() {
        return List.of();
    }

    @Override
    public void close() {}
}
