package io.supercloud.overlay.cloud;

import io.supercloud.core.Ipv4;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A transfer by TCP from one namespace to another. */
public record Transfer(long receivedBytes, double seconds) {
    private static final int LIMIT_MILLIS = 10_000;

    public static Transfer run(String from, String to, Ipv4 address, int bytes) throws Exception {
        try (ServerSocket server =
                InNamespace.call(to, () -> new ServerSocket(0, 1, InetAddress.getByName(address.toString())))) {
            server.setSoTimeout(LIMIT_MILLIS);
            Thread sender = Thread.ofPlatform()
                    .daemon()
                    .start(() -> InNamespace.call(from, () -> {
                        try (Socket socket = new Socket()) {
                            socket.connect(server.getLocalSocketAddress(), LIMIT_MILLIS);
                            socket.getOutputStream().write(new byte[bytes]);
                        }
                        return bytes;
                    }));
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(LIMIT_MILLIS);
                long start = System.nanoTime();
                long received = socket.getInputStream().readAllBytes().length;
                double seconds = (System.nanoTime() - start) / 1e9;
                sender.join();
                return new Transfer(received, seconds);
            }
        }
    }
}
