package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.VmId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A VM's serial console, wherever the VM is. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        description = "Show a VM's serial console; lines typed go to the VM.")
final class ConsoleCommand implements Callable<Integer> {
    private static final long POLL_NANOS = Duration.ofMillis(200).toNanos();
    private static final long TAIL_BYTES = 8 << 10;

    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "VM")
    private String vm;

    @Option(names = "--no-follow", description = "Print what there is, and end.")
    private boolean once;

    @Override
    public Integer call() {
        Answers.Console console = read(-TAIL_BYTES);
        if (once || options.json()) {
            options.print(console, console.text());
            return 0;
        }
        Thread.ofVirtual().start(this::type);
        while (true) {
            System.out.print(console.text());
            System.out.flush();
            LockSupport.parkNanos(POLL_NANOS);
            console = read(console.next());
        }
    }

    private Answers.Console read(long offset) {
        return options.manager()
                .ask(new ControlRequest.ReadConsole(new VmId(vm), offset), Answers.Console.class, options.progress());
    }

    private void type() {
        try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                options.manager()
                        .ask(
                                new ControlRequest.TypeConsole(new VmId(vm), line + "\n"),
                                Object.class,
                                options.progress());
            }
        } catch (IOException e) {
            System.err.println("supercloud: what is typed cannot be read: " + e.getMessage());
        }
    }
}
