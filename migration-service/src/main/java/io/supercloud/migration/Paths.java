package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.MoveId;
import io.supercloud.core.VmId;

/** Where things stand in the registry. */
public final class Paths {
    public static final String HOSTS = "/hosts";
    public static final String ALIVE = "/alive";
    public static final String NETWORKS = "/networks";
    public static final String VMS = "/vms";
    public static final String OWNERS = "/owners";
    public static final String PORTS = "/ports";
    public static final String STUBS = "/stubs";
    public static final String MOVES = "/moves";
    public static final String NOTICES = "/notices";

    /** Hosts that their clouds are likely to take away. */
    public static final String HINTS = "/hints";

    /** VMs that were, or are to be, booted elsewhere because their host was lost. */
    public static final String RESTARTS = "/restarts";

    public static final String SNAPSHOTS = "/snapshots";
    /** The last checkpoint of each VM that has any. */
    public static final String CHECKPOINTS = "/checkpoints";
    /** Leases of those who drive a move. */
    public static final String DRIVING = "/driving";
    /** The lease of the one manager that leads. */
    public static final String LEADER = "/leader/manager";

    /** Copies of disks that are to be kept at other sites. */
    public static final String STANDBYS = "/standbys";
    /** When disks were read and verified last. */
    public static final String SCRUBS = "/scrubs";

    /** What the VMs of a market that is followed have cost. */
    public static final String MARKET = "/market";

    private Paths() {}

    public static String host(HostId host) {
        return HOSTS + "/" + host;
    }

    /** The lease of a host's agent. */
    public static String alive(HostId host) {
        return ALIVE + "/" + host;
    }

    public static String network(String name) {
        return NETWORKS + "/" + name;
    }

    public static String vm(VmId vm) {
        return VMS + "/" + vm;
    }

    public static String snapshot(VmId vm, String name) {
        return SNAPSHOTS + "/" + vm + "." + name;
    }

    public static String checkpoint(VmId vm) {
        return CHECKPOINTS + "/" + vm;
    }

    /** The owner of a VM's, or of an endpoint's, port. */
    public static String owner(String port) {
        return OWNERS + "/" + port;
    }

    public static String port(String port) {
        return PORTS + "/" + port;
    }

    public static String stub(String name) {
        return STUBS + "/" + name;
    }

    /** That a host will be taken away. */
    public static String notice(HostId host) {
        return NOTICES + "/" + host;
    }

    /** That a host's cloud is likely to take it away. */
    public static String hint(HostId host) {
        return HINTS + "/" + host;
    }

    public static String driving(MoveId move) {
        return DRIVING + "/" + move;
    }

    public static String restart(VmId vm, long epoch) {
        return RESTARTS + "/" + vm + "." + epoch;
    }

    public static String standby(VmId vm) {
        return STANDBYS + "/" + vm;
    }

    public static String scrub(VmId vm) {
        return SCRUBS + "/" + vm;
    }

    public static String move(MoveId move) {
        return MOVES + "/" + move;
    }
}
