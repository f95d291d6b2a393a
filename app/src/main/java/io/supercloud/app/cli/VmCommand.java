package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.image.Durability;
import io.supercloud.migration.Protection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Virtual machines. */
@Command(
        name = "vm",
        mixinStandardHelpOptions = true,
        description = "Virtual machines.",
        subcommands = {
            VmCommand.Run.class,
            VmCommand.List.class,
            ConsoleCommand.class,
            VmCommand.Stop.class,
            VmLifeCommands.Pause.class,
            VmLifeCommands.Resume.class,
            VmLifeCommands.Reset.class,
            VmLifeCommands.Scrub.class,
            VmDiskCommands.Standby.class,
            VmDiskCommands.Pace.class,
            VmLifeCommands.Suspend.class,
            VmSnapshotCommands.Snapshot.class,
            VmSnapshotCommands.Snapshots.class,
            VmSnapshotCommands.Restore.class,
            VmSnapshotCommands.CloneVm.class,
            VmLifeCommands.Rename.class,
            VmLifeCommands.Resize.class,
            VmCommand.Remove.class
        })
final class VmCommand {

    @Command(name = "run", mixinStandardHelpOptions = true, description = "Run a new VM, or a stopped one again.")
    static final class Run implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Spec
        private CommandSpec command;

        @Parameters(paramLabel = "VM", arity = "0..1", description = "Its name; with --file as there.")
        private Optional<String> vm;

        @Option(
                names = {"-f", "--file"},
                paramLabel = "FILE",
                description = "What a new VM is, as YAML.")
        private Optional<Path> file;

        @Option(names = "--image", description = "What a new VM boots.")
        private Optional<String> image;

        @Option(
                names = "--memory",
                paramLabel = "MIB",
                defaultValue = "128",
                description = "Default: ${DEFAULT-VALUE}.")
        private int memoryMiB;

        @Option(names = "--cpus", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
        private int vcpus;

        @Option(
                names = "--disk",
                paramLabel = "MIB",
                defaultValue = "0",
                description = "Default: as large as the image.")
        private long diskMiB;

        @Option(names = "--site", description = "Where; default: any site.")
        private Optional<String> site;

        @Option(
                names = "--durability",
                description =
                        "What its disk outlives: local, or replicated to outlive its host; default: the deployment's.")
        private Optional<String> durability;

        @Override
        public Integer call() {
            ControlRequest.RunVm request = request();
            Optional<VmFile.Standby> standby = file.map(VmFile::read).flatMap(VmFile::standby);
            if (standby.isEmpty()) {
                return options.askForVm(request);
            }
            options.manager().ask(request, Answers.Vm.class, options.progress());
            return options.askForVm(new ControlRequest.KeepStandby(
                    request.vm(), standby.get().site(), standby.get().within()));
        }

        private ControlRequest.RunVm request() {
            if (file.isPresent()) {
                VmFile given = VmFile.read(file.get());
                return new ControlRequest.RunVm(
                        vm.map(VmId::new).orElse(given.name()),
                        Optional.of(given.image()),
                        given.memoryMiB(),
                        given.vcpus(),
                        given.diskBytes(),
                        site.map(SiteId::new).or(given::site),
                        given.network(),
                        given.address(),
                        given.suspendAfter(),
                        given.userData(),
                        protection().or(given::protection));
            }
            String name = vm.orElseThrow(
                    () -> new ParameterException(command.commandLine(), "name a VM, or a file with --file"));
            return new ControlRequest.RunVm(
                    new VmId(name),
                    image.map(ImageId::new),
                    memoryMiB,
                    vcpus,
                    diskMiB << 20,
                    site.map(SiteId::new),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    "",
                    protection());
        }

        private Optional<Protection> protection() {
            return durability.map(text -> Protection.of(Durability.parse(text)));
        }
    }

    @Command(name = "ls", mixinStandardHelpOptions = true, description = "List VMs.")
    static final class List implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Override
        public Integer call() {
            Answers.Vm[] vms =
                    options.manager().ask(new ControlRequest.ListVms(), Answers.Vm[].class, options.progress());
            options.print(vms, Texts.vms(java.util.List.of(vms)));
            return 0;
        }
    }

    @Command(name = "stop", mixinStandardHelpOptions = true, description = "Shut a VM down; its disk stays.")
    static final class Stop implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Option(names = "--force", description = "End it at once, as by pulling its plug.")
        private boolean force;

        @Override
        public Integer call() {
            return options.askForVm(new ControlRequest.StopVm(new VmId(vm), force));
        }
    }

    @Command(name = "rm", mixinStandardHelpOptions = true, description = "End a VM and delete its disk.")
    static final class Remove implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Option(names = "--plan", description = "Print what would be deleted, and stop.")
        private boolean plan;

        @Override
        public Integer call() {
            if (plan) {
                Answers.Vm[] vms =
                        options.manager().ask(new ControlRequest.ListVms(), Answers.Vm[].class, options.progress());
                java.util.List<Answers.Vm> found = java.util.Arrays.stream(vms)
                        .filter(known -> known.vm().value().equals(vm))
                        .toList();
                options.print(found, "would end and delete:\n" + Texts.vms(found));
                return found.isEmpty() ? CliException.FAILED : 0;
            }
            options.manager().ask(new ControlRequest.RemoveVm(new VmId(vm)), String.class, options.progress());
            options.print(Map.of("removed", vm), "removed " + vm);
            return 0;
        }
    }
}
