package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.HostId;
import io.supercloud.migration.hypervisor.StreamCredentials;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * TLS for memory streams: QEMU's {@code tls-creds-x509} objects and the migration parameters that name them. Each end
 * verifies the other's certificate up to the deployment's authority, and that it is that of the one host it expects.
 *
 * <p>QEMU's own check of the files is off: it wants key encipherment, which an elliptic curve's key cannot do (RFC 8813).
 */
final class StreamSecurity {
    private static final String CREDENTIALS_IN = "stream-in";
    private static final String CREDENTIALS_OUT = "stream-out";
    private static final String EXPECTED_PEER = "stream-peer";
    private static final String NONE = "";

    private final QmpClient monitor;
    private final Optional<StreamCredentials> credentials;

    StreamSecurity(QmpClient monitor, Optional<StreamCredentials> credentials) {
        this.monitor = monitor;
        this.credentials = credentials;
    }

    /** A listener takes a stream from {@code source} and from nobody else. */
    void expect(HostId source) {
        credentials.ifPresent(known -> {
            put("tls-creds-x509", CREDENTIALS_IN, certificates(known, "server"));
            put(
                    "authz-simple",
                    EXPECTED_PEER,
                    Map.of("identity", known.subject().apply(source)));
            parameters(CREDENTIALS_IN, EXPECTED_PEER, NONE);
        });
    }

    /** A stream goes to {@code target} and to nobody else. */
    void approach(HostId target) {
        credentials.ifPresent(known -> {
            put("tls-creds-x509", CREDENTIALS_OUT, certificates(known, "client"));
            parameters(CREDENTIALS_OUT, NONE, target.value());
        });
    }

    /** A stream goes to a file of this host, which knows no certificates; an earlier stream may have set some. */
    void none() {
        parameters(NONE, NONE, NONE);
    }

    private static Map<String, Object> certificates(StreamCredentials known, String endpoint) {
        return Map.of(
                "dir", known.directory().toString(), "endpoint", endpoint, "verify-peer", true, "sanity-check", false);
    }

    private void parameters(String credentialsId, String peerId, String hostName) {
        monitor.execute(
                "migrate-set-parameters",
                Map.of("tls-creds", credentialsId, "tls-authz", peerId, "tls-hostname", hostName));
    }

    /** Objects are made anew: the files may hold newer certificates by now. */
    private void put(String type, String id, Map<String, Object> properties) {
        boolean known = monitor.execute("qom-list", Map.of("path", "/objects"))
                .valueStream()
                .anyMatch(object -> object.path("name").asString("").equals(id));
        if (known) {
            monitor.execute("object-del", Map.of("id", id));
        }
        Map<String, Object> arguments = new HashMap<>(properties);
        arguments.put("qom-type", type);
        arguments.put("id", id);
        monitor.execute("object-add", arguments);
    }
}
