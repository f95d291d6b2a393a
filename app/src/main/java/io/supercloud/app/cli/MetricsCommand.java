package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Figures for Prometheus, once or for as long as it asks. */
@Command(
        name = "metrics",
        mixinStandardHelpOptions = true,
        description = "Print figures in the text format of Prometheus, or serve them.")
final class MetricsCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Option(names = "--host", paramLabel = "HOST", description = "Only what this host's agent knows; or a site.")
    private Optional<String> host = Optional.empty();

    @Option(
            names = "--listen",
            paramLabel = "PORT",
            description = "Serve them at http://127.0.0.1:PORT/metrics until interrupted; 0 for any port.")
    private Optional<Integer> port = Optional.empty();

    @Override
    public Integer call() throws InterruptedException {
        if (port.isEmpty()) {
            String text = figures();
            options.print(text, text.stripTrailing());
            return 0;
        }
        try (MetricsEndpoint endpoint = new MetricsEndpoint(port.get(), this::figures)) {
            options.progress().accept("figures are at " + endpoint.address());
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private String figures() {
        return options.manager().ask(new ControlRequest.ReadMetrics(host), String.class, options.progress());
    }
}
