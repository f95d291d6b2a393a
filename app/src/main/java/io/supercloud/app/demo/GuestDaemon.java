package io.supercloud.app.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The daemon in the small guest, as its clients know it. */
public final class GuestDaemon {
    /** TCP: a line is a command, and is answered by a line. */
    public static final int COMMAND_PORT = 7000;
    /** UDP: each datagram comes back. */
    public static final int ECHO_PORT = 7001;

    private GuestDaemon() {}

    /**
     * The answer to one command, on a connection of its own; {@code CLOSED}, or {@code UNREACHABLE} and why, where none came.
     *
     * @param limit for the connection, and again for the answer
     */
    public static String ask(String guest, String command, Duration limit) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(guest, COMMAND_PORT), (int) limit.toMillis());
            socket.setSoTimeout((int) limit.toMillis());
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            String answer = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            return answer == null ? "CLOSED" : answer;
        } catch (IOException e) {
            return "UNREACHABLE " + e.getMessage();
        }
    }
}
