package io.supercloud.overlay.cloud.ec2.fake;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.supercloud.core.Cidr;
import io.supercloud.overlay.cloud.ec2.Ec2Account;
import io.supercloud.overlay.cloud.ec2.Ec2Credential;
import io.supercloud.overlay.cloud.ec2.Ec2Openings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A server on this machine's loopback that speaks EC2's query protocol, version 2016-11-15, for one account in one region: signatures
 * are checked, tokens of clients buy once, what was done is seen late, and calls go wrong as they are told to.
 */
public final class FakeEc2 implements AutoCloseable {
    public static final String REGION = "north";
    public static final String IMAGE = "ami-0123456789abcdef0";
    private static final String VERSION = "2016-11-15";
    private static final Ec2Credential CREDENTIAL = new Ec2Credential("AKIDFAKE", "secret/of+the/fake", "");

    private static final Ec2Openings OPENINGS = new Ec2Openings(
            Cidr.parse("198.51.100.7/32"),
            List.of(Ec2Openings.Ports.tcp(22)),
            List.of(Ec2Openings.Ports.udp(51_820), new Ec2Openings.Ports("tcp", 7070, 7072)));

    private final HttpServer server;
    private final InstantSource clock;
    private final FakeState state;
    private final List<String> calls = new ArrayList<>();
    private final SignatureCheck signatures =
            new SignatureCheck(REGION, CREDENTIAL.accessKey(), CREDENTIAL.secretKey());
    private Faults faults = Faults.none();
    private Optional<Set<String>> permitted = Optional.empty();

    private FakeEc2(HttpServer server, InstantSource clock) {
        this.server = server;
        this.clock = clock;
        this.state = new FakeState(clock);
    }

    /** @param clock of the cloud; its zone is north-a */
    public static FakeEc2 start(InstantSource clock) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            FakeEc2 fake = new FakeEc2(server, clock);
            server.createContext("/", fake::serve);
            server.setExecutor(Thread::startVirtualThread);
            server.start();
            return fake;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Ec2Account account(String name) {
        return account(name, "owner", () -> CREDENTIAL);
    }

    public Ec2Account account(String name, String owner, Supplier<Ec2Credential> credential) {
        return new Ec2Account(name, owner, REGION, endpoint(), IMAGE, OPENINGS, credential);
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** How many instances the zone has room for. */
    public synchronized void capacity(int instances) {
        state.capacity = instances;
    }

    /** How long what was done is not seen. */
    public synchronized void lag(Duration lag) {
        state.lag = lag;
    }

    public synchronized void faults(Faults next) {
        faults = next;
    }

    /** From now on the account may do these alone. */
    public synchronized void permit(Set<String> actions) {
        permitted = Optional.of(Set.copyOf(actions));
    }

    /** All instances have ended, so long ago that they are not known any more. */
    public synchronized void forget() {
        state.instances.clear();
    }

    /** All that was ever bought. */
    public synchronized List<FakeInstance> instances() {
        return List.copyOf(state.instances.values());
    }

    /** What is paid for. */
    public synchronized List<FakeInstance> billed() {
        return instances().stream().filter(instance -> !instance.terminated()).toList();
    }

    public synchronized List<FakeGroup> groups() {
        return List.copyOf(state.groups.groups.values());
    }

    /** The actions that were asked for, in order. */
    public synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    private void serve(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        int status = 200;
        String answer;
        boolean torn = false;
        try {
            signatures.check(exchange.getRequestHeaders(), body, clock.instant());
            Map<String, String> parameters = parse(new String(body, StandardCharsets.UTF_8));
            synchronized (this) {
                calls.add(parameters.get("Action"));
                Optional<Fault> fault = faults.next(parameters.get("Action"));
                answer = answer(parameters, fault);
                torn = fault.equals(Optional.of(Fault.ANSWER_LOST));
            }
        } catch (Refusal e) {
            status = e.status;
            answer = Xml.error(e.code, e.getMessage());
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/xml;charset=UTF-8");
        exchange.sendResponseHeaders(status, torn ? bytes.length + 1L : bytes.length);
        exchange.getResponseBody().write(bytes, 0, torn ? 0 : bytes.length);
        exchange.getResponseBody().flush();
        exchange.close();
    }

    private String answer(Map<String, String> parameters, Optional<Fault> fault) throws Refusal {
        String action = parameters.get("Action");
        if (!VERSION.equals(parameters.get("Version"))) {
            throw new Refusal(400, "NoSuchVersion", "The requested version is not supported");
        }
        if (fault.isPresent()) {
            refuse(fault.get());
        }
        Set<String> needed = parameters.containsKey("TagSpecification.1.ResourceType")
                ? Set.of(action, "CreateTags")
                : Set.of(action);
        if (permitted.isPresent() && !permitted.get().containsAll(needed)) {
            refuse(Fault.UNAUTHORIZED);
        }
        if ("true".equals(parameters.get("DryRun"))) {
            throw new Refusal(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.");
        }
        return switch (action) {
            case "RunInstances" -> state.runInstances(parameters);
            case "DescribeInstances" -> state.describeInstances(parameters);
            case "TerminateInstances" -> state.terminateInstances(parameters);
            case "DescribeSecurityGroups" -> state.groups.describe(parameters);
            case "CreateSecurityGroup" -> state.groups.create(parameters);
            case "AuthorizeSecurityGroupIngress" -> state.groups.authorize(parameters);
            case "RevokeSecurityGroupIngress" -> state.groups.revoke(parameters);
            case "DeleteSecurityGroup" -> state.groups.delete(parameters, state::used);
            default -> throw new Refusal(400, "InvalidAction", "The action %s is not valid".formatted(action));
        };
    }

    private static void refuse(Fault fault) throws Refusal {
        switch (fault) {
            case THROTTLED -> throw new Refusal(503, "RequestLimitExceeded", "Request limit exceeded.");
            case NO_CAPACITY -> throw new Refusal(500, "InsufficientInstanceCapacity", "There is not enough capacity.");
            case NO_QUOTA ->
                throw new Refusal(400, "VcpuLimitExceeded", "You have requested more vCPU capacity than your limit.");
            case UNAUTHORIZED ->
                throw new Refusal(403, "UnauthorizedOperation", "You are not authorized to perform this operation.");
            case INTERNAL_ERROR -> throw new Refusal(500, "InternalError", "An internal error has occurred");
            case ANSWER_LOST -> {}
        }
    }

    private static Map<String, String> parse(String form) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            int equals = pair.indexOf('=');
            parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
        }
        return parameters;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
