package io.supercloud.migration;

import io.supercloud.core.HostId;
import java.time.Instant;

/**
 * A host's cloud says that it is likely to take the host away. Nothing may follow from it but that decisions weigh it.
 *
 * @param at when the cloud said so
 */
public record HostHint(HostId host, Instant at) {}
