package io.supercloud.app.cli;

import io.supercloud.core.SupercloudException;
import java.io.UncheckedIOException;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** All commands, and what their failures mean for the exit code. */
@Command(
        name = "supercloud",
        mixinStandardHelpOptions = true,
        versionProvider = CommandLineRoot.Version.class,
        description = "One cloud of your own on top of other clouds; running VMs move between them.",
        footer = {
            "",
            "Exit codes: 0 done; 1 refused or failed; 2 wrong command line; 3 no deployment is up; 130 interrupted.",
            "Completion: source <(supercloud generate-completion)"
        },
        subcommands = {
            InitCommand.class,
            DoctorCommand.class,
            UpCommand.class,
            StatusCommand.class,
            VmCommand.class,
            ImageCommand.class,
            MoveCommand.class,
            CancelCommand.class,
            LimitCommand.class,
            WhyCommand.class,
            TimelineCommand.class,
            EvacuateCommand.class,
            ReclaimCommand.class,
            EventsCommand.class,
            MetricsCommand.class,
            PolicyCommand.class,
            PricesCommand.class,
            AccountCommand.class,
            DownCommand.class,
            io.supercloud.app.demo.DemoCommand.class,
            GenerateCompletion.class
        })
public final class CommandLineRoot {
    private CommandLineRoot() {}

    /** Runs one command line and returns its exit code. */
    public static int run(String... arguments) {
        return new CommandLine(new CommandLineRoot())
                .setExecutionExceptionHandler((failure, line, result) -> failed(failure))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments);
    }

    private static int failed(Exception failure) throws Exception {
        switch (failure) {
            case CliException known -> {
                System.err.println("supercloud: " + known.getMessage());
                return known.exitCode();
            }
            case SupercloudException known -> {
                System.err.println("supercloud: " + known.getMessage());
                return CliException.FAILED;
            }
            case UncheckedIOException known -> {
                System.err.println("supercloud: %s: %s"
                        .formatted(known.getMessage(), known.getCause().getMessage()));
                return CliException.FAILED;
            }
            default -> throw failure;
        }
    }

    /** The version that the build wrote into the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = CommandLineRoot.class.getPackage().getImplementationVersion();
            return new String[] {"supercloud " + (version == null ? "(not installed)" : version)};
        }
    }
}
