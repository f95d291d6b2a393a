package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.sdn.internal.openflow.Action;
import io.supercloud.overlay.sdn.internal.openflow.Field;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import io.supercloud.overlay.sdn.internal.openflow.Oxm;
import io.supercloud.overlay.sdn.internal.openflow.Payload;
import io.supercloud.overlay.sdn.internal.openflow.Ports;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** A switch as a function: what a set of flows does with one packet. */
public final class FlowInterpreter {
    private final Map<Integer, List<Flow>> tables;

    public FlowInterpreter(Collection<Flow> flows) {
        tables = flows.stream()
                .sorted(Comparator.comparingInt(Flow::priority).reversed())
                .collect(Collectors.groupingBy(Flow::table));
    }

    /**
     * A packet that comes in.
     *
     * @param tunnelId the VNI with which it came; 0 for none
     */
    public record Arrival(int port, long tunnelId, Payload frame) {}

    /** A packet that goes out; the tunnel's values count where {@code port} is a tunnel's. */
    public record Departure(int port, long tunnelId, Ipv4 tunnelDestination, Payload frame) {}

    public List<Departure> run(Arrival arrival) {
        Run run = new Run(arrival);
        int table = Pipeline.CLASSIFY;
        Optional<Flow> flow = run.lookUp(table);
        while (flow.isPresent()) {
            flow.get().actions().forEach(run::execute);
            table = flow.get().nextTable();
            flow = table == 0 ? Optional.empty() : run.lookUp(table);
        }
        return run.departures;
    }

    private final class Run {
        private final Map<Field, Long> metadata = new EnumMap<>(Field.class);
        private final byte[] frame;
        private final int inPort;
        private final List<Departure> departures = new ArrayList<>();

        Run(Arrival arrival) {
            inPort = arrival.port();
            frame = arrival.frame().bytes().clone();
            metadata.put(Field.IN_PORT, Integer.toUnsignedLong(inPort));
            metadata.put(Field.TUNNEL_ID, arrival.tunnelId());
            metadata.put(Field.TUNNEL_DESTINATION, 0L);
            metadata.put(Field.NETWORK, 0L);
            metadata.put(Field.ORIGIN, 0L);
        }

        Optional<Flow> lookUp(int table) {
            return tables.getOrDefault(table, List.of()).stream()
                    .filter(flow -> flow.match().fields().stream().allMatch(this::matches))
                    .findFirst();
        }

        private boolean matches(Oxm oxm) {
            OptionalLong value = get(oxm.field());
            return value.isPresent() && (value.getAsLong() & oxm.mask()) == oxm.value();
        }

        private OptionalLong get(Field field) {
            Long value = metadata.get(field);
            return value == null ? FrameFields.get(frame, field) : OptionalLong.of(value);
        }

        private void set(Field field, long value) {
            if (metadata.replace(field, value) == null) {
                FrameFields.set(frame, field, value);
            }
        }

        void execute(Action action) {
            switch (action) {
                case Action.SetField set -> set(set.oxm().field(), set.oxm().value());
                case Action.Move move -> get(move.source()).ifPresent(value -> set(move.target(), value));
                case Action.Output output -> depart(output.port());
            }
        }

        private void depart(int port) {
            if (port == inPort) {
                return;
            }
            departures.add(new Departure(
                    port == Ports.IN_PORT ? inPort : port,
                    metadata.get(Field.TUNNEL_ID),
                    new Ipv4(metadata.get(Field.TUNNEL_DESTINATION).intValue()),
                    new Payload(frame.clone())));
        }
    }
}
