package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows hosts, VMs and stubs. */
@Command(name = "status", mixinStandardHelpOptions = true, description = "Show hosts, VMs and stubs.")
final class StatusCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Override
    public Integer call() {
        Answers.Status status =
                options.manager().ask(new ControlRequest.Status(), Answers.Status.class, options.progress());
        options.print(status, Texts.status(status));
        return 0;
    }
}
