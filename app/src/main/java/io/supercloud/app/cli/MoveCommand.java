package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.VmId;
import io.supercloud.migration.MoveManner;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
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

    @Option(
            names = "--post-copy",
            description =
                    "Where the guest changes its memory faster than it travels, let it run at the target before all of it is there. If either host is lost then, the guest is booted from its disk.")
    private boolean postCopy;

    @Option(
            names = "--downtime",
            paramLabel = "MS",
            description = "Stop the guest when the rest of its memory travels in MS milliseconds (default: 50).")
    private Long downtimeMillis;

    @Option(
            names = "--most-downtime",
            paramLabel = "MS",
            description = "How far that is raised where the memory does not settle (default: 1000).")
    private Long mostDowntimeMillis;

    @Option(
            names = "--compress",
            paramLabel = "WHEN",
            description =
                    "Compress the memory on its way: auto (default, where the link is the bottleneck), never, always.")
    private MoveManner.Compression compression;

    private MoveManner manner() {
        MoveManner usual = MoveManner.LIVE;
        long downtime = downtimeMillis == null ? usual.downtimeLimitMillis() : downtimeMillis;
        return new MoveManner(
                usual.kind(),
                postCopy ? MoveManner.PostCopy.IF_NEEDED : MoveManner.PostCopy.NEVER,
                compression == null ? usual.compression() : compression,
                downtime,
                mostDowntimeMillis == null ? Math.max(downtime, usual.mostDowntimeMillis()) : mostDowntimeMillis);
    }

    private static List<String> plus(String first, List<String> others) {
        return Stream.concat(Stream.of(first), others.stream()).toList();
    }

    @Override
    public Integer call() {
        ControlRequest.Move request = new ControlRequest.Move(new VmId(vm), to, plan, reason, manner());
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
                                            ? String.join("; ", plus("nothing speaks against it", answer.remarks()))
                                            : "it is refused: " + String.join("; ", answer.objections())));
            return answer.objections().isEmpty() ? 0 : CliException.FAILED;
        }
        Answers.Move answer = options.manager().ask(request, Answers.Move.class, options.progress());
        options.print(answer, Texts.move(answer));
        return answer.failure().isEmpty() ? 0 : CliException.FAILED;
    }
}
