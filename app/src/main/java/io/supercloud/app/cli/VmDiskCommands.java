package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.VolumeProgress;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the content of a VM's disk goes, and how fast. */
final class VmDiskCommands {
    private static final long BYTES_PER_MIB = 1 << 20;

    private VmDiskCommands() {}

    @Command(
            name = "standby",
            mixinStandardHelpOptions = true,
            description =
                    "Keep a copy of a VM's disk at another site: moves to there send the rest alone. 'vm ls' tells how far it is behind.")
    static final class Standby implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @ArgGroup(exclusive = true, multiplicity = "1")
        private Choice choice;

        @Option(
                names = "--within",
                paramLabel = "SECONDS",
                defaultValue = "30",
                description = "How far behind it may be; default: ${DEFAULT-VALUE}.")
        private int withinSeconds;

        static final class Choice {
            @Option(names = "--site", required = true, description = "Where it is kept.")
            private String site;

            @Option(
                    names = "--off",
                    required = true,
                    description = "Let it follow no more; its blocks stay as a cache.")
            private boolean off;
        }

        @Override
        public Integer call() {
            VmId id = new VmId(vm);
            return options.askForVm(
                    choice.off
                            ? new ControlRequest.EndStandby(id)
                            : new ControlRequest.KeepStandby(
                                    id, new SiteId(choice.site), Duration.ofSeconds(withinSeconds)));
        }
    }

    @Command(
            name = "propagation",
            mixinStandardHelpOptions = true,
            description =
                    "How fast the part of a VM's disk comes that is still at the host it came from; what the guest reads comes at once all the same.")
    static final class Pace implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "VM")
        private String vm;

        @ArgGroup(exclusive = true, multiplicity = "1")
        private Choice choice;

        static final class Choice {
            @Option(names = "--pause", required = true, description = "Nothing comes in the background.")
            private boolean pause;

            @Option(names = "--resume", required = true, description = "As fast as it goes.")
            private boolean resume;

            @Option(
                    names = "--limit",
                    required = true,
                    paramLabel = "MIB_PER_SECOND",
                    description = "No faster than this.")
            private int mebibytesPerSecond;

            private long bytesPerSecond() {
                if (pause || resume) {
                    return pause ? 0 : Long.MAX_VALUE;
                }
                if (mebibytesPerSecond <= 0) {
                    throw new InvalidValueException(
                            "%d MiB/s is no limit: --pause stops it".formatted(mebibytesPerSecond));
                }
                return BYTES_PER_MIB * mebibytesPerSecond;
            }
        }

        @Override
        public Integer call() {
            VolumeProgress progress = options.manager()
                    .ask(
                            new ControlRequest.PaceDisk(new VmId(vm), choice.bytesPerSecond()),
                            VolumeProgress.class,
                            options.progress());
            options.print(
                    progress,
                    progress.missingBlocks() == 0
                            ? "all of the disk of VM %s is at its host".formatted(vm)
                            : "%d blocks of the disk of VM %s are still to come"
                                    .formatted(progress.missingBlocks(), vm));
            return 0;
        }
    }
}
