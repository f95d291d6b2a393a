package io.supercloud.app.registry;

import io.supercloud.cluster.Identity;
import io.supercloud.cluster.RegistryServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Runs the registry until it is killed. Arguments: data directory, identity directory, address, port. */
public final class RegistryProcess {
    public static final int PORT = 2281;

    private RegistryProcess() {}

    public static void main(String[] arguments) throws InterruptedException {
        RegistryServer.start(new RegistryServer.Config(
                Path.of(arguments[0]),
                new InetSocketAddress(arguments[2], Integer.parseInt(arguments[3])),
                Identity.load(Path.of(arguments[1]))));
        new CountDownLatch(1).await();
    }
}
