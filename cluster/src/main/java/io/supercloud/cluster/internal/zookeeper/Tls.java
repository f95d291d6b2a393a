package io.supercloud.cluster.internal.zookeeper;

import java.nio.file.Path;
import java.util.Map;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * ZooKeeper's TLS settings ("ZooKeeper Administrator's Guide", Encryption, Authentication, Authorization Options). It
 * reads PEM files; TLS 1.3 alone, both sides show certificates, and clients compare the server's address with its
 * certificate.
 */
public final class Tls {
    private static final String PREFIX = "zookeeper.";

    private Tls() {}

    /** For a server's configuration file, which leaves out the prefix of the names. */
    public static Map<String, String> server(Path identityFile, Path authoritiesFile) {
        return Map.of(
                "ssl.keyStore.location", identityFile.toString(),
                "ssl.keyStore.type", "PEM",
                "ssl.trustStore.location", authoritiesFile.toString(),
                "ssl.trustStore.type", "PEM",
                "ssl.protocol", "TLSv1.3",
                "ssl.enabledProtocols", "TLSv1.3",
                "ssl.ciphersuites", "TLS_AES_256_GCM_SHA384,TLS_AES_128_GCM_SHA256",
                "ssl.clientAuth", "need");
    }

    /** For one client, whatever this process's system properties say. */
    public static ZKClientConfig client(Path identityFile, Path authoritiesFile) {
        ZKClientConfig config = new ZKClientConfig();
        server(identityFile, authoritiesFile).forEach((name, value) -> config.setProperty(PREFIX + name, value));
        config.setProperty(PREFIX + "ssl.hostnameVerification", "true");
        // Without this the client asks DNS for the name of an address and compares that instead.
        config.setProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "false");
        config.setProperty(ZKClientConfig.SECURE_CLIENT, "true");
        config.setProperty(ZKClientConfig.ZOOKEEPER_CLIENT_CNXN_SOCKET, "org.apache.zookeeper.ClientCnxnSocketNetty");
        return config;
    }
}
