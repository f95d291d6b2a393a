package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Rehearse an eviction: have a local cloud take a host away after a notice. */
@Command(
        name = "reclaim",
        mixinStandardHelpOptions = true,
        description = "Rehearse an eviction: have a local cloud take a host away after a notice.")
final class ReclaimCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "HOST", description = "A host, or its site.")
    private String host;

    @Option(
            names = "--notice",
            paramLabel = "SECONDS",
            defaultValue = "120",
            description = "${DEFAULT-VALUE} unless told.")
    private long noticeSeconds;

    @Option(names = "--yes", description = "The host really goes, with every VM that is still on it then.")
    private boolean yes;

    @Override
    public Integer call() {
        if (!yes) {
            throw new CliException(
                    CliException.FAILED,
                    "host %s would be gone in %d s, with every VM that is still on it then: say --yes"
                            .formatted(host, noticeSeconds));
        }
        ControlRequest.Reclaim request = new ControlRequest.Reclaim(host, noticeSeconds);
        String answer = options.manager().ask(request, String.class, options.progress());
        options.print(answer, "instance %s will be gone in %d s".formatted(answer, noticeSeconds));
        return 0;
    }
}
