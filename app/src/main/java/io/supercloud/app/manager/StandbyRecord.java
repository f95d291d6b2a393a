package io.supercloud.app.manager;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;

/** That a copy of a VM's disk is to be kept at a site, no further behind than so long. */
record StandbyRecord(VmId vm, SiteId site, long withinMillis) {}
