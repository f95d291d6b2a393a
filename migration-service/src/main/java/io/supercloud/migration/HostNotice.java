package io.supercloud.migration;

import io.supercloud.core.HostId;
import java.time.Instant;

/**
 * A host will be taken away.
 *
 * @param deadline when its cloud ends it
 */
public record HostNotice(HostId host, Instant deadline) {}
