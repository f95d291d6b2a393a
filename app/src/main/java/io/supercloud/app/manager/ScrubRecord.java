package io.supercloud.app.manager;

import io.supercloud.core.VmId;
import java.time.Instant;

/** When a VM's disk was read and verified last, or since when it is known. */
record ScrubRecord(VmId vm, Instant at) {}
