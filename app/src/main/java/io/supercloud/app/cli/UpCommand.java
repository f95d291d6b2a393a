package io.supercloud.app.cli;

import io.supercloud.app.config.ConfigReader;
import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.manager.Answers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Makes a deployment from its configuration. */
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = "Rent a host at each site of the configuration and join them; what is there already stays.")
final class UpCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Option(names = "--config", paramLabel = "FILE", description = "The configuration; needed the first time.")
    private Optional<Path> config;

    @Option(names = "--plan", description = "Print what would be rented, and stop.")
    private boolean plan;

    @Override
    public Integer call() {
        if (plan) {
            printPlan();
            return 0;
        }
        if (config.isEmpty() && LocalDeployment.find(options.directory()).isEmpty()) {
            throw new CliException(
                    CliException.NOT_UP,
                    "nothing is kept in %s: give a configuration with --config, or write one with 'supercloud init'"
                            .formatted(options.directory()));
        }
        Answers.Status status =
                LocalDeployment.prepare(config, options.directory()).up(options.progress());
        options.print(status, Texts.status(status));
        return 0;
    }

    private void printPlan() {
        DeploymentConfig read =
                ConfigReader.read(config.orElseGet(() -> options.deployment().config()));
        List<Map<String, Object>> hosts = read.sites().stream()
                .map(site -> Map.<String, Object>of(
                        "site", site.id().value(),
                        "account", site.account(),
                        "instanceType", site.instanceType(),
                        "spot", site.spot(),
                        "dollarsPerHour",
                                read.offers().stream()
                                        .filter(offer -> offer.site().equals(site.id()))
                                        .mapToDouble(offer -> site.spot()
                                                ? offer.spotDollarsPerHour()
                                                : offer.onDemandDollarsPerHour())
                                        .min()
                                        .orElse(0)))
                .toList();
        StringBuilder text = new StringBuilder("would rent, one host each:\n");
        hosts.forEach(host -> text.append("  %-16s %-16s %-14s %s  $%s/h%n"
                .formatted(
                        host.get("site"),
                        host.get("account"),
                        host.get("instanceType"),
                        (boolean) host.get("spot") ? "spot" : "on demand",
                        host.get("dollarsPerHour"))));
        options.print(hosts, text.toString().stripTrailing());
    }
}
