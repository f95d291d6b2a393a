package io.supercloud.overlay.cloud;

import io.supercloud.core.HostId;
import io.supercloud.core.SiteId;

/** A host to launch: where, as what, and what it is to run. */
public record LaunchOrder(
        String deployment,
        HostId host,
        String account,
        SiteId site,
        String zone,
        String instanceType,
        boolean spot,
        AgentBundle bundle) {}
