package io.supercloud.journal;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.bookkeeper.conf.AbstractConfiguration;
import org.apache.bookkeeper.conf.ClientConfiguration;
import org.apache.bookkeeper.conf.ServerConfiguration;

/**
 * Where ledgers are listed, and who this process is there.
 *
 * @param servers of ZooKeeper: {@code host:port}, separated by commas
 * @param root the path below which ledgers and bookies are listed; its parent must be there
 * @param identity the PEM files of this process; empty for a service without TLS, as tests have
 */
public record LedgerService(String servers, String root, Optional<Certificates> identity) {
    private static final int SESSION_MILLIS = 8_000;
    static final String PROTOCOL = "TLSv1.3";

    /**
     * PEM files.
     *
     * @param identity private key and certificate chain
     * @param authorities whom to trust
     */
    public record Certificates(Path identity, Path authorities) {}

    URI uri() {
        return URI.create("zk+hierarchical://" + servers.replace(',', ';') + root);
    }

    void applyTo(ServerConfiguration settings) {
        applyCommon(settings);
        identity.ifPresent(files -> settings.setTLSKeyStore(files.identity().toString())
                .setTLSTrustStore(files.authorities().toString()));
    }

    void applyTo(ClientConfiguration settings) {
        applyCommon(settings);
        identity.ifPresent(files -> settings.setTLSKeyStore(files.identity().toString())
                .setTLSTrustStore(files.authorities().toString()));
    }

    private void applyCommon(AbstractConfiguration<?> settings) {
        settings.setMetadataServiceUri(uri().toString());
        settings.setZkTimeout(SESSION_MILLIS);
        identity.ifPresent(files -> {
            zooKeeperProperties(files).forEach(System::setProperty);
            settings.setTLSProviderFactoryClass(DeploymentTls.class.getName());
            settings.setTLSClientAuthentication(true);
        });
    }

    private static Map<String, String> zooKeeperProperties(Certificates files) {
        return Map.of(
                "zookeeper.client.secure", "true",
                "zookeeper.clientCnxnSocket", "org.apache.zookeeper.ClientCnxnSocketNetty",
                "zookeeper.sasl.client", "false",
                "zookeeper.ssl.protocol", PROTOCOL,
                "zookeeper.ssl.enabledProtocols", PROTOCOL,
                "zookeeper.ssl.keyStore.location", files.identity().toString(),
                "zookeeper.ssl.keyStore.type", "PEM",
                "zookeeper.ssl.trustStore.location", files.authorities().toString(),
                "zookeeper.ssl.trustStore.type", "PEM");
    }
}
