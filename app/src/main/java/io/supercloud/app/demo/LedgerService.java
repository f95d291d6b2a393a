package io.supercloud.app.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The demo's resource that is bound to one site: answers each TCP connection with a line. Arguments: address, port, line. */
public final class LedgerService {
    private LedgerService() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
            while (true) {
                try (Socket client = server.accept()) {
                    client.getOutputStream().write((arguments[2] + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        }
    }
}
