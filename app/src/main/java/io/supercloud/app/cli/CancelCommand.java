package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.MoveId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Give a move up that has not switched yet; its VM stays where it is. */
@Command(
        name = "cancel",
        mixinStandardHelpOptions = true,
        description = "Give a move up that has not switched yet; its VM stays where it is.")
final class CancelCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "MOVE", description = "As 'supercloud why VM' names it.")
    private String move;

    @Override
    public Integer call() {
        ControlRequest.CancelMove request = new ControlRequest.CancelMove(new MoveId(move));
        String answer = options.manager().ask(request, String.class, options.progress());
        options.print(answer, "move %s is being cancelled".formatted(answer));
        return 0;
    }
}
