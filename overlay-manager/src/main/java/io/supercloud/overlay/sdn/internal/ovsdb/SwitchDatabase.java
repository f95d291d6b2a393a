package io.supercloud.overlay.sdn.internal.ovsdb;

import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.OverlayException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one bridge that this controller owns, in the database of its switch. The connection is made anew where it was lost.
 * Columns are described in ovs-vswitchd.conf.db(5).
 */
public final class SwitchDatabase implements AutoCloseable {
    private static final String BRIDGE = "Bridge";
    private static final String PORT = "Port";
    private static final String INTERFACE = "Interface";
    private static final String ROOT = OvsdbClient.DATABASE;
    private static final long SWITCH_MILLIS = 10_000;
    private static final int MAX_WAITS = 100;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Path socket;
    private final String bridge;
    private final ReentrantLock connecting = new ReentrantLock();
    private OvsdbClient client;

    public SwitchDatabase(Path socket, String bridge) {
        this.socket = socket;
        this.bridge = bridge;
    }

    /**
     * How the bridge is to be.
     *
     * @param datapath {@code netdev} or {@code system}
     * @param controller the target that the switch connects to
     * @param hardware the address of the bridge's own device
     */
    public record Bridge(String datapath, String controller, MacAddress hardware) {}

    /** Makes the bridge, or makes it as wanted where it is there. Keeps the connection of a controller that is right. */
    public void ensureBridge(Bridge wanted) {
        List<JsonNode> present = rows(Operations.select(BRIDGE, Operations.named(bridge), "controller"));
        List<ObjectNode> operations = new ArrayList<>();
        ObjectNode row = bridgeRow(wanted);
        if (present.isEmpty() || !hasController(present.get(0), wanted.controller())) {
            operations.add(Operations.insert("Controller", "controller", controllerRow(wanted.controller())));
            row.set("controller", Operations.namedUuid("controller"));
        }
        if (present.isEmpty()) {
            operations.add(Operations.insert(INTERFACE, "device", interfaceRow(bridge, "internal", Map.of())));
            operations.add(Operations.insert(PORT, "port", portRow(bridge)));
            row.put("name", bridge);
            row.set("ports", Operations.namedUuid("port"));
            operations.add(Operations.insert(BRIDGE, "bridge", row));
            operations.add(Operations.mutate(
                    ROOT,
                    Operations.all(),
                    "bridges",
                    "insert",
                    Operations.set(List.of(Operations.namedUuid("bridge")))));
        } else {
            operations.add(Operations.update(BRIDGE, Operations.named(bridge), row));
        }
        changeAndWait(operations);
    }

    private boolean hasController(JsonNode row, String target) {
        List<JsonNode> controllers = Operations.members(row.path("controller"));
        if (controllers.size() != 1) {
            return false;
        }
        List<JsonNode> rows = rows(Operations.select("Controller", Operations.uuidIs(controllers.get(0)), "target"));
        return rows.size() == 1 && rows.get(0).path("target").asString().equals(target);
    }

    private static ObjectNode bridgeRow(Bridge wanted) {
        ObjectNode row = JSON.objectNode().put("fail_mode", "secure").put("datapath_type", wanted.datapath());
        row.set("protocols", Operations.stringSet(List.of("OpenFlow13", "OpenFlow14", "OpenFlow15")));
        row.set(
                "other_config",
                Operations.map(
                        new TreeMap<>(Map.of("hwaddr", wanted.hardware().toString(), "disable-in-band", "true"))));
        return row;
    }

    /** Limits the packets that reach the controller, so that a VM cannot flood it. */
    private static ObjectNode controllerRow(String target) {
        return JSON.objectNode()
                .put("target", target)
                .put("connection_mode", "out-of-band")
                .put("max_backoff", 1_000)
                .put("inactivity_probe", 5_000)
                .put("controller_rate_limit", 1_000)
                .put("controller_burst_limit", 250);
    }

    private static ObjectNode portRow(String name) {
        ObjectNode row = JSON.objectNode().put("name", name);
        row.set("interfaces", Operations.namedUuid("device"));
        return row;
    }

    private static ObjectNode interfaceRow(String name, String type, Map<String, String> options) {
        ObjectNode row = JSON.objectNode().put("name", name).put("type", type);
        row.set("options", Operations.map(options));
        return row;
    }

    /**
     * Plugs in the device {@code name}, where it is not yet, and waits until the switch has numbered it.
     *
     * @param type empty for a device of the system
     * @return its OpenFlow port number, which the switch keeps from now on
     */
    public int ensurePort(String name, String type, Map<String, String> options) {
        if (rows(Operations.select(PORT, Operations.named(name), "name")).isEmpty()) {
            transact(List.of(
                    Operations.insert(INTERFACE, "device", interfaceRow(name, type, options)),
                    Operations.insert(PORT, "port", portRow(name)),
                    Operations.mutate(
                            BRIDGE,
                            Operations.named(bridge),
                            "ports",
                            "insert",
                            Operations.set(List.of(Operations.namedUuid("port"))))));
        }
        List<JsonNode> results = transact(List.of(
                Operations.waitUntilNot(
                        INTERFACE, Operations.named(name), "ofport", Operations.set(List.of()), SWITCH_MILLIS),
                Operations.select(INTERFACE, Operations.named(name), "ofport", "error")));
        JsonNode row = results.get(1).path("rows").path(0);
        int number = row.path("ofport").asInt(-1);
        if (number <= 0) {
            throw new OverlayException("the switch cannot open device '%s': %s".formatted(name, row.path("error")));
        }
        ObjectNode pinned = JSON.objectNode().put("ofport_request", number);
        transact(List.of(Operations.update(INTERFACE, Operations.named(name), pinned)));
        return number;
    }

    /** Unplugs the device {@code name} and waits until the switch has let go of it; does nothing where it is not there. */
    public void removePort(String name) {
        List<JsonNode> ports = rows(Operations.select(PORT, Operations.named(name), "_uuid"));
        if (!ports.isEmpty()) {
            changeAndWait(List.of(Operations.mutate(
                    BRIDGE,
                    Operations.named(bridge),
                    "ports",
                    "delete",
                    Operations.set(List.of(ports.get(0).get("_uuid"))))));
        }
    }

    /** The numbers of the bridge's devices by their names. */
    public Map<String, Integer> ports() {
        Map<String, Integer> numbers = new HashMap<>();
        for (JsonNode row : rows(Operations.select(INTERFACE, Operations.all(), "name", "ofport", "ofport_request"))) {
            Optional<Integer> number = number(row.path("ofport")).or(() -> number(row.path("ofport_request")));
            number.ifPresent(known -> numbers.put(row.path("name").asString(), known));
        }
        return numbers;
    }

    private static Optional<Integer> number(JsonNode value) {
        return value.isInt() && value.intValue() > 0 ? Optional.of(value.intValue()) : Optional.empty();
    }

    /** Makes a change and waits until ovs-vswitchd has carried it out. */
    private void changeAndWait(List<ObjectNode> operations) {
        List<ObjectNode> all = new ArrayList<>(operations);
        all.add(Operations.mutate(ROOT, Operations.all(), "next_cfg", "+=", JSON.numberNode(1)));
        all.add(Operations.select(ROOT, Operations.all(), "next_cfg", "cur_cfg"));
        List<JsonNode> results = transact(all);
        JsonNode root = results.get(all.size() - 1).path("rows").path(0);
        long wanted = root.path("next_cfg").asLong();
        long current = root.path("cur_cfg").asLong();
        for (int waits = 0; current < wanted && waits < MAX_WAITS; waits++) {
            current = transact(List.of(
                            Operations.waitUntilNot(
                                    ROOT, Operations.all(), "cur_cfg", JSON.numberNode(current), SWITCH_MILLIS),
                            Operations.select(ROOT, Operations.all(), "cur_cfg")))
                    .get(1)
                    .path("rows")
                    .path(0)
                    .path("cur_cfg")
                    .asLong();
        }
    }

    private List<JsonNode> rows(ObjectNode select) {
        return transact(List.of(select)).get(0).path("rows").valueStream().toList();
    }

    private List<JsonNode> transact(List<ObjectNode> operations) {
        return connected().transact(operations);
    }

    private OvsdbClient connected() {
        connecting.lock();
        try {
            if (client == null || !client.isOpen()) {
                client = OvsdbClient.connect(socket);
            }
            return client;
        } finally {
            connecting.unlock();
        }
    }

    @Override
    public void close() {
        connecting.lock();
        try {
            if (client != null) {
                client.close();
            }
        } finally {
            connecting.unlock();
        }
    }
}
