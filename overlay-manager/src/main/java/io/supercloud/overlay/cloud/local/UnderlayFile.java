package io.supercloud.overlay.cloud.local;

import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.CloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The note of an underlay: the file {@code underlay} of its state directory, a line for each site and link. */
final class UnderlayFile {
    private static final String NAME = "underlay";

    private UnderlayFile() {}

    static boolean exists(Path stateDirectory) {
        return Files.exists(stateDirectory.resolve(NAME));
    }

    static void write(UnderlaySpec spec, Path stateDirectory) {
        StringBuilder text = new StringBuilder("deployment %s%n".formatted(spec.deployment()));
        spec.sites().forEach(site -> text.append("site %s %d%n".formatted(site.id(), site.index())));
        spec.links()
                .forEach(link -> text.append("link %s %s %s %d%n"
                        .formatted(link.a(), link.b(), link.rttMillis(), link.bandwidthBitsPerSecond())));
        try {
            Files.createDirectories(stateDirectory);
            Files.writeString(stateDirectory.resolve(NAME), text);
        } catch (IOException e) {
            throw new CloudException("the underlay cannot be noted in %s".formatted(stateDirectory), e);
        }
    }

    static UnderlaySpec read(Path stateDirectory) {
        String deployment = "";
        List<SiteSpec> sites = new ArrayList<>();
        List<LinkSpec> links = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(stateDirectory.resolve(NAME))) {
                String[] words = line.split(" ", -1);
                switch (words[0]) {
                    case "deployment" -> deployment = words[1];
                    case "site" -> sites.add(new SiteSpec(new SiteId(words[1]), Integer.parseInt(words[2])));
                    case "link" ->
                        links.add(new LinkSpec(
                                new SiteId(words[1]),
                                new SiteId(words[2]),
                                Double.parseDouble(words[3]),
                                Long.parseLong(words[4])));
                    default -> throw new IOException("unknown line: " + line);
                }
            }
        } catch (IOException e) {
            throw new CloudException(
                    "%s notes no underlay; sweep the deployment by its name".formatted(stateDirectory), e);
        }
        return new UnderlaySpec(deployment, sites, links);
    }

    static void delete(Path stateDirectory) throws IOException {
        Files.deleteIfExists(stateDirectory.resolve(NAME));
    }
}
