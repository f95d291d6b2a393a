package io.supercloud.app.demo;

import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A client of the guest, outside of any VM. It probes by UDP once a millisecond, holds one TCP connection open on which every
 * line must come back in order, and passes on commands. Speaks JSON lines: commands come as {@code id command} on standard
 * input; {@code {"gap": ..}}, {@code {"reply": ..}} and, for the command {@code REPORT}, {@code {"report": ..}} go out.
 * Arguments: the guest's address.
 */
public final class ClientProcess {
    /** A command may wait for a move, and for the guest to reach a stub. */
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(150);

    private static final PrintStream OUT =
            new PrintStream(new java.io.FileOutputStream(java.io.FileDescriptor.out), true, StandardCharsets.UTF_8);

    private ClientProcess() {}

    public static void main(String[] arguments) throws IOException {
        String guest = arguments[0];
        GapProbe probe = new GapProbe(new InetSocketAddress(guest, GuestDaemon.ECHO_PORT));
        OrderedStream stream = new OrderedStream(new InetSocketAddress(guest, GuestDaemon.COMMAND_PORT));
        probe.start(gap -> print(Map.of("gap", gap)));
        stream.start();
        try (ExecutorService commands = Executors.newVirtualThreadPerTaskExecutor();
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                String[] words = line.split(" ", 2);
                if (words[1].equals("REPORT")) {
                    print(Map.of("id", words[0], "report", stream.report(), "probe", probe.report()));
                } else {
                    commands.submit(() ->
                            print(Map.of("id", words[0], "reply", GuestDaemon.ask(guest, words[1], COMMAND_LIMIT))));
                }
            }
        }
        System.exit(0);
    }

    private static void print(Object message) {
        OUT.println(Json.text(message));
    }
}
