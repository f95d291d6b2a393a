package io.supercloud.app.cli;

import io.supercloud.core.VmId;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.optimizer.policy.PolicySchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Check, show, explain and rehearse policies; needs no deployment. */
@Command(
        name = "policy",
        mixinStandardHelpOptions = true,
        description = "Check, show, explain and rehearse policies.",
        subcommands = {
            PolicyCommand.Check.class,
            PolicyCommand.Show.class,
            PolicyExplain.class,
            PolicyVerify.class,
            PolicyRehearse.class,
            PolicyCommand.Schema.class
        })
final class PolicyCommand {
    private PolicyCommand() {}

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Read a policy file and say whether it is right.")
    static final class Check implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "FILE")
        private Path file;

        @Override
        public Integer call() {
            PolicyFile policies = PolicyFile.read(file);
            List<PolicyFile.Origin> origins = policies.origins(Optional.empty());
            options.print(
                    origins,
                    "%s: policy '%s' is right%s"
                            .formatted(
                                    file,
                                    policies.slice().name(),
                                    policies.vms().isEmpty()
                                            ? ""
                                            : "; VMs with values of their own: "
                                                    + policies.vms().stream()
                                                            .map(VmId::value)
                                                            .sorted()
                                                            .toList()));
            return 0;
        }
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show what holds for a VM, or for the slice, and where each value comes from.")
    static final class Show implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(index = "0", paramLabel = "FILE")
        private Path file;

        @Parameters(index = "1", arity = "0..1", paramLabel = "VM")
        private Optional<String> vm;

        @Override
        public Integer call() {
            List<PolicyFile.Origin> origins = PolicyFile.read(file).origins(vm.map(VmId::new));
            options.print(origins, PolicyTexts.origins(origins));
            return 0;
        }
    }

    @Command(
            name = "schema",
            mixinStandardHelpOptions = true,
            description = "Print the JSON schema of policy files, for editors.")
    static final class Schema implements Callable<Integer> {
        @Override
        public Integer call() {
            System.out.print(PolicySchema.text());
            return 0;
        }
    }
}
