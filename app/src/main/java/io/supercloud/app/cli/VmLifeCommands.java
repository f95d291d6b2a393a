package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.VmId;
import io.supercloud.image.ScrubReport;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be done to a VM between running and removing it. */
final class VmLifeCommands {
    private VmLifeCommands() {}

    private static int change(GlobalOptions options, String vm, ControlRequest.Change change) {
        Answers.Changed answer = options.manager()
                .ask(new ControlRequest.ChangeVm(new VmId(vm), change), Answers.Changed.class, options.progress());
        options.print(answer, Texts.changed(answer));
        return 0;
    }

    @Command(
            name = "pause",
            mixinStandardHelpOptions = true,
            description = "Let a VM stand still where it is; its process stays.")
    static final class Pause implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Override
        public Integer call() {
            return change(options, vm, ControlRequest.Change.PAUSE);
        }
    }

    @Command(
            name = "reset",
            mixinStandardHelpOptions = true,
            description = "Start the guest anew from its disk, as its reset button does.")
    static final class Reset implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Override
        public Integer call() {
            return change(options, vm, ControlRequest.Change.RESET);
        }
    }

    @Command(
            name = "scrub",
            mixinStandardHelpOptions = true,
            description =
                    "Read and verify all of a VM's disk at its host; what is damaged is mended while its former host has it.")
    static final class Scrub implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        /** Fails where damage stays. */
        @Override
        public Integer call() {
            ScrubReport report = options.manager()
                    .ask(new ControlRequest.ScrubVm(new VmId(vm)), ScrubReport.class, options.progress());
            options.print(report, Texts.scrubbed(report));
            return report.damaged() == 0 ? 0 : CliException.FAILED;
        }
    }

    @Command(
            name = "suspend",
            mixinStandardHelpOptions = true,
            description = "Save the memory of a VM in the block pool, and end its process.")
    static final class Suspend implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Override
        public Integer call() {
            return change(options, vm, ControlRequest.Change.SUSPEND);
        }
    }

    @Command(
            name = "resume",
            mixinStandardHelpOptions = true,
            description = "Let a paused or a suspended VM go on where it stood.")
    static final class Resume implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Option(names = "--from-disk", description = "Give a suspended VM's memory up, and boot it.")
        private boolean fromDisk;

        @Option(
                names = "--on",
                paramLabel = "SITE",
                description = "Move it there first; a site, or a host by its name.")
        private Optional<String> on;

        @Override
        public Integer call() {
            return options.askForVm(new ControlRequest.ResumeVm(new VmId(vm), fromDisk, on));
        }
    }

    @Command(
            name = "rename",
            mixinStandardHelpOptions = true,
            description = "Call a VM otherwise; what is in the guest does not change.")
    static final class Rename implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "VM")
        private String vm;

        @Parameters(index = "1", paramLabel = "NAME")
        private String name;

        @Override
        public Integer call() {
            return options.askForVm(new ControlRequest.RenameVm(new VmId(vm), new VmId(name)));
        }
    }

    @Command(
            name = "resize",
            mixinStandardHelpOptions = true,
            description = "Give a VM other sizes from the next time on that it is stopped and run; disks only grow.")
    static final class Resize implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Option(names = "--memory", paramLabel = "MIB", defaultValue = "0", description = "Default: as it is.")
        private int memoryMiB;

        @Option(names = "--cpus", defaultValue = "0", description = "Default: as it is.")
        private int vcpus;

        @Option(names = "--disk", paramLabel = "MIB", defaultValue = "0", description = "Default: as it is.")
        private long diskMiB;

        @Override
        public Integer call() {
            return options.askForVm(new ControlRequest.ResizeVm(new VmId(vm), memoryMiB, vcpus, diskMiB << 20));
        }
    }
}
