package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.app.manager.DeploymentDirectory;
import io.supercloud.migration.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** Options of every command. */
final class GlobalOptions {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = ".supercloud",
            description = "Where the deployment is kept (default: ${DEFAULT-VALUE}).")
    private Path directory;

    @Option(names = "--json", description = "Print one JSON value on standard output and nothing else.")
    private boolean json;

    boolean json() {
        return json;
    }

    Path directory() {
        return directory.toAbsolutePath().normalize();
    }

    /** The deployment that is up, by the short path that its sockets are known by. */
    DeploymentDirectory deployment() {
        return LocalDeployment.find(directory())
                .orElseThrow(() -> new CliException(
                        CliException.NOT_UP, "nothing is up in %s: run 'supercloud up' first".formatted(directory())));
    }

    ControlClient manager() {
        return new ControlClient(deployment().controlSocket());
    }

    /** Asks the manager what it answers with a VM, prints that, and returns the exit code. */
    int askForVm(ControlRequest request) {
        Answers.Vm answer = manager().ask(request, Answers.Vm.class, progress());
        print(answer, Texts.vms(List.of(answer)));
        return 0;
    }

    /** Progress goes to standard error, so that it never mixes with an answer. */
    Consumer<String> progress() {
        return System.err::println;
    }

    void print(Object answer, String text) {
        System.out.println(json ? Json.text(answer) : text);
    }
}
