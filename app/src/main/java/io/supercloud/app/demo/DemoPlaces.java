package io.supercloud.app.demo;

import io.supercloud.app.cli.Installation;
import io.supercloud.app.cli.LocalDeployment;
import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.StubRecord;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** What the demo needs around the deployment: a client's namespace, and the services that stubs stand for. */
final class DemoPlaces {
    private static final String CLIENT = "client";

    private final LocalDeployment deployment;
    private final Consumer<String> out;

    DemoPlaces(LocalDeployment deployment, Consumer<String> out) {
        this.deployment = deployment;
        this.out = out;
    }

    static Path guestImage() {
        return Installation.home().resolve("guest.img");
    }

    /** Each stub's real service runs at the router of its site, where the hosts of the site reach it. */
    void startServices() {
        for (StubRecord stub : deployment.config().stubs()) {
            String namespace = LocalUnderlay.routerNamespace(
                    deployment.config().name(),
                    deployment.config().site(stub.site()).index());
            start(
                    namespace,
                    LedgerService.class.getName(),
                    stub.serviceAddress().toString(),
                    Integer.toString(stub.servicePort()),
                    "the ledger of %s, read at %s".formatted(deployment.config().name(), stub.site()));
            out.accept("%s, a service bound to %s, listens at %s:%d"
                    .formatted(stub.name(), stub.site(), stub.serviceAddress(), stub.servicePort()));
        }
    }

    private void start(String namespace, String mainClass, String... arguments) {
        List<String> line = new java.util.ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                namespace,
                Installation.home().resolve("bin/java").toString(),
                mainClass));
        line.addAll(List.of(arguments));
        try {
            new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new MigrationException("%s cannot be started: %s".formatted(mainClass, e.getMessage()), e);
        }
    }

    private Path log() {
        return deployment.directory().log("client");
    }

    Answers.Client attachClient(SiteId site) {
        String namespace = LocalUnderlay.addClientNamespace(deployment.config().name(), CLIENT);
        return deployment
                .manager()
                .ask(new ControlRequest.AttachClient(CLIENT, namespace, site), Answers.Client.class, out);
    }

    OverlayClient startClient(Ipv4 guest) {
        return new OverlayClient(
                LocalUnderlay.addClientNamespace(deployment.config().name(), CLIENT),
                Installation.home().resolve("bin/java"),
                guest.toString(),
                log());
    }
}
