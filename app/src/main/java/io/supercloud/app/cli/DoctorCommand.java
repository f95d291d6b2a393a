package io.supercloud.app.cli;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Looks whether this machine can run what Supercloud needs. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Check this machine; each finding comes with the command that mends it.")
final class DoctorCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Override
    public Integer call() {
        List<Doctor.Finding> findings = Doctor.examine(Installation.probe());
        options.print(findings, findings.stream().map(DoctorCommand::text).collect(Collectors.joining("\n")));
        return findings.stream().allMatch(Doctor.Finding::sound) ? 0 : CliException.FAILED;
    }

    private static String text(Doctor.Finding finding) {
        return "%-4s %-24s %s%s"
                .formatted(
                        finding.sound() ? "ok" : "BAD",
                        finding.check(),
                        finding.found(),
                        finding.sound() ? "" : "\n       mend: " + finding.mend());
    }
}
