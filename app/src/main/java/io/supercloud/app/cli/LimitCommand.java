package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.MoveId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Changes what a move's memory stream may take of its link, while it runs. */
@Command(
        name = "limit",
        mixinStandardHelpOptions = true,
        description = "Change what a move's memory stream may take of its link, while it runs.")
final class LimitCommand implements Callable<Integer> {
    private static final long BYTES_PER_MIB = 1 << 20;

    @Mixin
    private GlobalOptions options;

    @Parameters(index = "0", paramLabel = "MOVE", description = "As 'supercloud why VM' names it.")
    private String move;

    @Parameters(index = "1", paramLabel = "MIB_PER_SECOND", description = "0 for all that the link has.")
    private int mebibytesPerSecond;

    @Override
    public Integer call() {
        if (mebibytesPerSecond < 0) {
            throw new InvalidValueException("a stream cannot take %d MiB/s".formatted(mebibytesPerSecond));
        }
        ControlRequest.LimitMove request =
                new ControlRequest.LimitMove(new MoveId(move), BYTES_PER_MIB * mebibytesPerSecond);
        String answer = options.manager().ask(request, String.class, options.progress());
        options.print(
                answer,
                mebibytesPerSecond == 0
                        ? "move %s takes what it can get".formatted(answer)
                        : "move %s takes %d MiB/s at most".formatted(answer, mebibytesPerSecond));
        return 0;
    }
}
