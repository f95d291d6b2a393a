package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.VmId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Show where a VM is, and each move or restart that brought it there with its reason. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        description = "Show where a VM is, and each move or restart that brought it there with its reason.")
final class WhyCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "VM")
    private String vm;

    @Override
    public Integer call() {
        ControlRequest.Why request = new ControlRequest.Why(new VmId(vm));
        Answers.Why answer = options.manager().ask(request, Answers.Why.class, options.progress());
        options.print(answer, MoveTexts.why(answer));
        return 0;
    }
}
