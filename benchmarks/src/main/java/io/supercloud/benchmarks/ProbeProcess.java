package io.supercloud.benchmarks;

import io.supercloud.app.demo.GapProbe;
import io.supercloud.app.demo.GuestDaemon;
import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A client of the guest in a namespace of its own. Lines on standard input, answered by one JSON line each: {@code PROBE}
 * begins to send a datagram a millisecond to the guest's echo port and is answered when answers come steadily; {@code END}
 * waits until they do so again and tells the longest time without one; {@code ASK command} passes on a command.
 * Arguments: the guest's address.
 */
public final class ProbeProcess {
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(20);
    private static final Duration STEADY_LIMIT = Duration.ofSeconds(30);
    private static final int STEADY_ANSWERS = 100;

    private final String guest;
    private GapProbe probe;

    private ProbeProcess(String guest) {
        this.guest = guest;
    }

    public static void main(String[] arguments) throws IOException {
        ProbeProcess process = new ProbeProcess(arguments[0]);
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(Json.text(process.answer(line)));
        }
        System.exit(0);
    }

    private Map<String, Object> answer(String line) throws IOException {
        return switch (line) {
            case "PROBE" -> begin();
            case "END" -> end();
            default -> Map.of("reply", GuestDaemon.ask(guest, line.substring("ASK ".length()), COMMAND_LIMIT));
        };
    }

    private Map<String, Object> begin() throws IOException {
        probe = new GapProbe(new InetSocketAddress(guest, GuestDaemon.ECHO_PORT));
        probe.start(gap -> {});
        boolean steady = probe.awaitAnswers(STEADY_ANSWERS, STEADY_LIMIT);
        probe.takeLongestMillis();
        return Map.of("steady", steady);
    }

    private Map<String, Object> end() throws IOException {
        try (GapProbe ended = probe) {
            boolean steady = ended.awaitAnswers(STEADY_ANSWERS, STEADY_LIMIT);
            return Map.of("steady", steady, "longestMillis", ended.takeLongestMillis());
        }
    }
}
