package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Move all running and paused VMs away from a host, several at a time. */
@Command(
        name = "evacuate",
        mixinStandardHelpOptions = true,
        description = "Move all running and paused VMs away from a host, several at a time.")
final class EvacuateCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "HOST", description = "A host, or its site.")
    private String host;

    @Option(names = "--plan", description = "Print who would go where and when, and stop.")
    private boolean plan;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            description = "How much time there is; the plan says who is away by then.")
    private Optional<Long> seconds = Optional.empty();

    @Override
    public Integer call() {
        Optional<Instant> deadline = seconds.map(left -> Instant.now().plusSeconds(left));
        ControlRequest.Evacuate request = new ControlRequest.Evacuate(host, plan, deadline);
        Answers.Evacuation answer = options.manager().ask(request, Answers.Evacuation.class, options.progress());
        options.print(answer, MoveTexts.evacuation(answer));
        boolean complete = answer.homeless().isEmpty()
                && (plan || answer.saved() == answer.departures().size());
        return complete ? 0 : CliException.FAILED;
    }
}
