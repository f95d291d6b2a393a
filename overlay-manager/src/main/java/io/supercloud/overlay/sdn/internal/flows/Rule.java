package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.internal.openflow.Action;
import io.supercloud.overlay.sdn.internal.openflow.Field;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import io.supercloud.overlay.sdn.internal.openflow.Match;
import io.supercloud.overlay.sdn.internal.openflow.Oxm;
import java.util.ArrayList;
import java.util.List;

/** Writes one flow in the words of the network. Not reusable. */
final class Rule {
    static final int ETH_IPV4 = 0x0800;
    static final int ETH_ARP = 0x0806;
    static final int IP_TCP = 6;
    static final int IP_UDP = 17;
    private static final int NO_VLAN = 0;

    private final int table;
    private final int priority;
    private final long cookie;
    private final List<Oxm> fields = new ArrayList<>();
    private final List<Action> actions = new ArrayList<>();

    Rule(int table, int priority, long cookie) {
        this.table = table;
        this.priority = priority;
        this.cookie = cookie;
    }

    Rule match(Field field, long value) {
        fields.add(Oxm.of(field, value));
        return this;
    }

    Rule match(Field field, Ipv4 address) {
        return match(field, Integer.toUnsignedLong(address.bits()));
    }

    Rule match(Field field, MacAddress address) {
        return match(field, address.bits());
    }

    Rule match(Field field, long value, long mask) {
        fields.add(new Oxm(field, value, mask));
        return this;
    }

    Rule fromDevice(int port) {
        return match(Field.IN_PORT, Integer.toUnsignedLong(port)).match(Field.VLAN, NO_VLAN);
    }

    Rule inNetwork(int vni) {
        return match(Field.NETWORK, vni);
    }

    Rule arp() {
        return match(Field.ETH_TYPE, ETH_ARP);
    }

    Rule ipv4() {
        return match(Field.ETH_TYPE, ETH_IPV4);
    }

    Rule protocol(int protocol) {
        return ipv4().match(Field.IP_PROTOCOL, protocol);
    }

    Rule set(Field field, long value) {
        actions.add(Action.SetField.of(field, value));
        return this;
    }

    Rule set(Field field, Ipv4 address) {
        return set(field, Integer.toUnsignedLong(address.bits()));
    }

    Rule set(Field field, MacAddress address) {
        return set(field, address.bits());
    }

    Rule copy(Field source, Field target) {
        actions.add(new Action.Move(source, target));
        return this;
    }

    Flow output(int port) {
        actions.add(Action.Output.to(port));
        return build(0);
    }

    Flow drop() {
        return build(0);
    }

    Flow goTo(int nextTable) {
        return build(nextTable);
    }

    private Flow build(int nextTable) {
        return new Flow(table, priority, cookie, new Match(fields), actions, nextTable);
    }
}
