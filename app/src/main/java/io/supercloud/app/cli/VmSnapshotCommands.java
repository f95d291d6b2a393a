package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.VmId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Snapshots: disk and memory of one instant. */
final class VmSnapshotCommands {
    private VmSnapshotCommands() {}

    @Command(
            name = "snapshot",
            mixinStandardHelpOptions = true,
            description = "Keep the disk of a VM, and its memory where it runs, as they are at this instant.")
    static final class Snapshot implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "VM")
        private String vm;

        @Parameters(index = "1", paramLabel = "SNAPSHOT")
        private String snapshot;

        @Override
        public Integer call() {
            Answers.Snapshot answer = options.manager()
                    .ask(
                            new ControlRequest.TakeSnapshot(new VmId(vm), snapshot),
                            Answers.Snapshot.class,
                            options.progress());
            options.print(answer, Texts.snapshots(List.of(answer)));
            return 0;
        }
    }

    @Command(name = "snapshots", mixinStandardHelpOptions = true, description = "List a VM's snapshots, or delete one.")
    static final class Snapshots implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "VM")
        private String vm;

        @Option(names = "--delete", paramLabel = "SNAPSHOT", description = "Delete this one.")
        private Optional<String> delete;

        @Override
        public Integer call() {
            if (delete.isPresent()) {
                options.manager()
                        .ask(
                                new ControlRequest.DeleteSnapshot(new VmId(vm), delete.get()),
                                String.class,
                                options.progress());
                options.print(Map.of("deleted", delete.get()), "deleted " + delete.get());
                return 0;
            }
            Answers.Snapshot[] answer = options.manager()
                    .ask(new ControlRequest.ListSnapshots(new VmId(vm)), Answers.Snapshot[].class, options.progress());
            options.print(answer, Texts.snapshots(List.of(answer)));
            return 0;
        }
    }

    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = "Take a VM back to a snapshot; what it did since is lost.")
    static final class Restore implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "VM")
        private String vm;

        @Parameters(index = "1", paramLabel = "SNAPSHOT")
        private String snapshot;

        @Override
        public Integer call() {
            return options.askForVm(new ControlRequest.RestoreSnapshot(new VmId(vm), snapshot));
        }
    }

    @Command(
            name = "clone",
            mixinStandardHelpOptions = true,
            description = "Boot a new VM from a copy of another one's disk, with an address of its own.")
    static final class CloneVm implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "VM[@SNAPSHOT]", description = "As it is, or as it was at a snapshot.")
        private String origin;

        @Parameters(index = "1", paramLabel = "NAME")
        private String name;

        @Override
        public Integer call() {
            String[] parts = origin.split("@", 2);
            Optional<String> snapshot = parts.length == 2 ? Optional.of(parts[1]) : Optional.empty();
            return options.askForVm(new ControlRequest.CloneVm(new VmId(parts[0]), snapshot, new VmId(name)));
        }
    }
}
