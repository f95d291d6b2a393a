package io.supercloud.migration.hypervisor;

import io.supercloud.core.HostId;
import java.nio.file.Path;
import java.util.function.Function;

/**
 * With what both ends of a memory stream prove who they are.
 *
 * @param directory of PEM files: {@code ca-cert.pem}, and {@code server-} and {@code client-} each with {@code cert.pem} and
 *     {@code key.pem}, as QEMU wants them
 * @param subject the distinguished name in the certificate of a host's agent, in the order of its encoding: {@code
 *     OU=agent,CN=host-1}
 */
public record StreamCredentials(Path directory, Function<HostId, String> subject) {}
