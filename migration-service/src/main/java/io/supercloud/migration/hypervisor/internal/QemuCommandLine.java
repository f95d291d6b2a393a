package io.supercloud.migration.hypervisor.internal;

import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.Hypervisor.Devices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The command line of a VM: a pure function, the same on every host but for the host's ends of the devices.
 *
 * <p>A disk error stops the guest ({@code werror=stop}) instead of reaching it: a volume that is sealed for a move refuses
 * writes, and a guest that runs on after a failed move must have them tried again.
 */
public final class QemuCommandLine {
    /** How long a guest's disk requests wait for a restarted agent before they fail. */
    static final int NBD_RECONNECT_SECONDS = 300;

    /**
     * The user-space datapath of Open vSwitch computes no checksums and splits no segments for its ports, so the guest must.
     * A VM presents the same features wherever it comes to, so this holds for every host.
     */
    private static final String WITHOUT_OFFLOADS =
            "csum=off,gso=off,host_tso4=off,host_tso6=off,host_ecn=off,host_ufo=off,guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ecn=off,guest_ufo=off";

    private QemuCommandLine() {}

    public static List<String> of(
            String program, VmSpec spec, Accelerator accelerator, Devices devices, VmFiles files, boolean incoming) {
        List<String> line = new ArrayList<>(List.of(
                program,
                "-name",
                spec.id() + ",debug-threads=on",
                "-nodefaults",
                "-no-user-config",
                "-display",
                "none",
                "-S",
                "-machine",
                spec.machine() + ",usb=off,dump-guest-core=off",
                "-accel",
                accelerator.option(),
                "-cpu",
                spec.cpuModel(),
                "-m",
                spec.memoryMiB() + "M",
                "-smp",
                Integer.toString(spec.vcpus()),
                "-rtc",
                "base=utc,clock=host",
                "-sandbox",
                "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
                "-pidfile",
                files.pid().toString(),
                "-chardev",
                "socket,id=monitor,path=" + value(files.monitor()) + ",server=on,wait=off",
                "-mon",
                "chardev=monitor,mode=control",
                "-chardev",
                "socket,id=console,path=%s,server=on,wait=off,logfile=%s,logappend=on"
                        .formatted(value(files.console()), value(files.consoleLog())),
                "-serial",
                "chardev:console",
                "-blockdev",
                "driver=nbd,node-name=disk0,server.type=unix,server.path=%s,export=%s,reconnect-delay=%d,discard=unmap"
                        .formatted(value(devices.nbdSocket()), devices.export(), NBD_RECONNECT_SECONDS),
                "-device",
                "virtio-blk-pci,drive=disk0,id=disk0-device,bootindex=1,write-cache=on,werror=stop,rerror=stop",
                "-netdev",
                "tap,id=net0,ifname=%s,script=no,downscript=no".formatted(devices.tap()),
                "-device",
                "virtio-net-pci,netdev=net0,mac=%s,romfile=,%s".formatted(spec.mac(), WITHOUT_OFFLOADS),
                "-device",
                "virtio-rng-pci"));
        devices.seed().ifPresent(seed -> line.addAll(seed(seed)));
        if (incoming) {
            line.addAll(List.of("-incoming", "defer"));
        }
        return List.copyOf(line);
    }

    /** Behind all other devices, so that these have the same places on the bus with it and without. */
    private static List<String> seed(Path image) {
        return List.of(
                "-blockdev",
                "driver=raw,node-name=seed0,read-only=on,file.driver=file,file.filename=" + value(image),
                "-device",
                "virtio-blk-pci,drive=seed0,id=seed0-device");
    }

    /** Within an option's value a comma is written twice. */
    private static String value(Path path) {
        return path.toString().replace(",", ",,");
    }
}
