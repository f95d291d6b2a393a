package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.VmId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves a VM. */
@Command(
        name = "move",
        mixinStandardHelpOptions = true,
        description = {
            "Move a VM to another site: a running one with its memory, its disk and its open connections,",
            "a suspended one with memory and disk, a stopped one with its disk."
        })
final class MoveCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Parameters(index = "0", paramLabel = "VM")
    private String vm;

    @Parameters(index = "1", paramLabel = "SITE", description = "A site, or a host by its name.")
    private String to;

    @Option(names = "--plan", description = "Print what would happen and what speaks against it, and stop.")
    private boolean plan;

    @Option(names = "--reason", defaultValue = "asked for by the user", description = "Noted with the move.")
    private String reason;

    @Override
    public Integer call() {
        ControlRequest.Move request = new ControlRequest.Move(new VmId(vm), to, plan, reason);
        if (plan) {
            Answers.MovePlan answer = options.manager().ask(request, Answers.MovePlan.class, options.progress());
            options.print(
                    answer,
                    "VM %s from %s to %s, at most %d MiB of memory; %s; %s"
                            .formatted(
                                    answer.vm(),
                                    answer.from(),
                                    answer.to(),
                                    answer.memoryBytesAtMost() >> 20,
                                    answer.forecast().map(MoveTexts::forecast).orElse("no forecast"),
                                    answer.objections().isEmpty()
                                            ? "nothing speaks against it"
                                            : "it is refused: " + String.join("; ", answer.objections())));
            return answer.objections().isEmpty() ? 0 : CliException.FAILED;
        }
        Answers.Move answer = options.manager().ask(request, Answers.Move.class, options.progress());
        options.print(answer, Texts.move(answer));
        return answer.failure().isEmpty() ? 0 : CliException.FAILED;
    }
}
