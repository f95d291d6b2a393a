package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends a deployment. */
@Command(
        name = "down",
        mixinStandardHelpOptions = true,
        description = "End all hosts with the VMs on them, and delete everything that the deployment kept.")
final class DownCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Option(names = "--plan", description = "Print what would be ended, and stop.")
    private boolean plan;

    @Override
    public Integer call() {
        if (plan) {
            Answers.Status status =
                    options.manager().ask(new ControlRequest.Status(), Answers.Status.class, options.progress());
            options.print(status, "would end and delete:\n" + Texts.status(status));
            return 0;
        }
        if (LocalDeployment.find(options.directory()).isPresent()) {
            endHosts();
            LocalDeployment.down(options.directory(), options.progress());
        }
        options.print(Map.of("down", options.directory().toString()), "down");
        return 0;
    }

    /** With the manager gone, its hosts go with the network of the local sites. */
    private void endHosts() {
        try {
            options.manager().ask(new ControlRequest.TearDown(), Integer.class, options.progress());
        } catch (CliException e) {
            options.progress().accept("the manager does not help: " + e.getMessage());
        }
    }
}
