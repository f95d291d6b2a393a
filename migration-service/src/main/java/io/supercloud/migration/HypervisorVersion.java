package io.supercloud.migration;

import io.supercloud.migration.HostCall.HostFacts;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A hypervisor's version, as far as it counts for the form of its memory streams: {@code 10.0} of {@code QEMU 10.0.2}. */
record HypervisorVersion(int major, int minor) implements Comparable<HypervisorVersion> {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    /** Of a host whose hypervisor names no minor version it is taken to be the first one. */
    static HypervisorVersion of(HostFacts host) {
        return of(host.hypervisor(), host.hypervisorMajor());
    }

    /** Of what a hypervisor calls itself; one that names no version is older than all that do. */
    static HypervisorVersion of(String name) {
        return of(name, 0);
    }

    private static HypervisorVersion of(String name, int major) {
        Matcher found = VERSION.matcher(name);
        return found.find()
                ? new HypervisorVersion(Integer.parseInt(found.group(1)), Integer.parseInt(found.group(2)))
                : new HypervisorVersion(major, 0);
    }

    @Override
    public int compareTo(HypervisorVersion other) {
        return Comparator.comparingInt(HypervisorVersion::major)
                .thenComparingInt(HypervisorVersion::minor)
                .compare(this, other);
    }
}
