package io.supercloud.app.cli;

import io.supercloud.migration.Json;
import io.supercloud.overlay.cloud.ec2.Ec2Policy;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Accounts at clouds. */
@Command(
        name = "account",
        mixinStandardHelpOptions = true,
        description = "What accounts at clouds need.",
        subcommands = AccountCommand.PolicyOfAccount.class)
final class AccountCommand {
    private AccountCommand() {}

    /** The clouds that have such policies. */
    enum Provider {
        AWS
    }

    @Command(
            name = "policy",
            mixinStandardHelpOptions = true,
            description = "Print the least that an account's user must be permitted at its cloud.")
    static final class PolicyOfAccount implements Callable<Integer> {
        @Mixin
        private GlobalOptions options;

        @Parameters(paramLabel = "CLOUD", description = "One of: ${COMPLETION-CANDIDATES}.")
        private Provider provider;

        @Override
        public Integer call() {
            Map<String, Object> policy = switch (provider) {
                case AWS -> Ec2Policy.document();
            };
            options.print(policy, Json.text(policy));
            return 0;
        }
    }
}
