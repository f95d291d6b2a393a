package io.supercloud.app;

import io.supercloud.app.cli.ControlClient;
import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The daemon in the guest, asked from a client that has a port in the overlay. */
final class TestGuest {
    private static final int DAEMON_PORT = 7000;
    private static final String LIMIT_SECONDS = "10";
    private static final String ASK = "exec 3<>/dev/tcp/$0/$1 && printf '%s\\n' \"$2\" >&3 && head -n 1 <&3";
    private static final String CONVERSE =
            "exec 3<>/dev/tcp/$0/$1; while read -r line; do printf '%s\\n' \"$line\" >&3; read -r reply <&3 || exit;"
                    + " printf '%s\\n' \"$reply\"; done";
    private static final Pattern RECORDS = Pattern.compile("records=([0-9]+)");

    private final UnaryOperator<List<String>> client;
    private final Ipv4 address;

    private TestGuest(UnaryOperator<List<String>> client, Ipv4 address) {
        this.client = client;
        this.address = address;
    }

    /** Gives a new client a port at {@code site}. */
    static TestGuest attach(String deployment, ControlClient manager, SiteId site, Ipv4 guest) {
        String namespace = LocalUnderlay.addClientNamespace(deployment, "client");
        manager.ask(new ControlRequest.AttachClient("client", namespace, site), Answers.Client.class, line -> {});
        return from(
                command -> Stream.concat(Stream.of("ip", "netns", "exec", namespace), command.stream())
                        .toList(),
                guest);
    }

    /** Asked from a client that is there already. @param client the words that run a command at the client, of the command's words */
    static TestGuest from(UnaryOperator<List<String>> client, Ipv4 guest) {
        return new TestGuest(client, guest);
    }

    /** Another guest, for the same client. */
    TestGuest at(Ipv4 other) {
        return new TestGuest(client, other);
    }

    /** The answer to one command, on a connection of its own; empty where none came in time. */
    String ask(String command) {
        return ask(DAEMON_PORT, command);
    }

    /** As {@link #ask(String)}, to whatever serves lines at a port of the guest. */
    String ask(int port, String command) {
        try {
            Process process = new ProcessBuilder(client.apply(List.of(
                            "timeout",
                            LIMIT_SECONDS,
                            "bash",
                            "-c",
                            ASK,
                            address.toString(),
                            Integer.toString(port),
                            command)))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection that stays open. */
    Connection connect() {
        try {
            Process process = new ProcessBuilder(client.apply(
                            List.of("bash", "-c", CONVERSE, address.toString(), Integer.toString(DAEMON_PORT))))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return new Connection(process, process.outputWriter(), process.inputReader());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines sent over one connection, and the line that each is answered with, however late. */
    record Connection(Process process, BufferedWriter requests, BufferedReader replies) implements AutoCloseable {
        void send(String command) {
            try {
                requests.write(command);
                requests.newLine();
                requests.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Empty where the connection has ended. */
        String reply() {
            try {
                return String.valueOf(replies.readLine()).strip();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    /** The number of records in an answer. */
    static long records(String answer) {
        Matcher matcher = RECORDS.matcher(answer);
        if (!matcher.find()) {
            throw new AssertionError("the guest's answer tells no records: '%s'".formatted(answer));
        }
        return Long.parseLong(matcher.group(1));
    }
}
