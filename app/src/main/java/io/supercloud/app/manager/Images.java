package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.SiteObjects;
import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.image.ImageFiles;
import io.supercloud.image.ImageFormat;
import io.supercloud.image.ImageInfo;
import io.supercloud.image.ImageStore;
import io.supercloud.image.object.ObjectStore;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The images of all sites, and what of them is in object stores. */
final class Images {
    private static final long PROGRESS_STEPS = 4;

    private final Map<String, ImageStore> stores = new LinkedHashMap<>();

    Images(DeploymentConfig config, DeploymentDirectory directory) {
        config.sites().forEach(site -> {
            Optional<ObjectStore> objects =
                    Optional.ofNullable(config.objects().get(site.id())).map(SiteObjects::open);
            stores.put(
                    site.id().value(),
                    new ImageStore(
                            directory.objects(site.id()), objects.stream().toList()));
        });
    }

    /** The file is read once; other sites get what the first one has. */
    Answers.Image importFile(ControlRequest.ImportImage request, Consumer<String> progress) {
        ImageId image = request.image();
        Map<String, ImageStore> targets = targets(request.sites());
        targets.forEach((site, store) -> {
            if (store.find(image).isPresent()) {
                throw new InvalidValueException(
                        "there is an image %s at %s already: choose another name".formatted(image, site));
            }
        });
        ImageStore first = null;
        for (Map.Entry<String, ImageStore> target : targets.entrySet()) {
            Steps steps = new Steps(target.getKey(), progress);
            if (first == null) {
                first = target.getValue();
                ImageFiles.importFile(first, image, Path.of(request.file()), request.format(), steps::at);
            } else {
                target.getValue().importFrom(first, image, steps::at);
            }
        }
        request.key().ifPresent(key -> targets.values().forEach(store -> store.setKey(image, key)));
        targets.values().forEach(store -> store.archive(image));
        return require(image);
    }

    private Map<String, ImageStore> targets(List<SiteId> sites) {
        if (sites.isEmpty()) {
            return stores;
        }
        Map<String, ImageStore> targets = new LinkedHashMap<>();
        for (SiteId site : sites) {
            ImageStore store = stores.get(site.value());
            if (store == null) {
                throw new InvalidValueException(
                        "there is no site %s; there are %s".formatted(site, String.join(", ", stores.keySet())));
            }
            targets.put(site.value(), store);
        }
        return targets;
    }

    Answers.Image export(ImageId image, Path file, ImageFormat format, Consumer<String> progress) {
        Answers.Image known = require(image);
        String site = known.sites().getFirst();
        ImageFiles.exportFile(stores.get(site), image, file, format, new Steps(site, progress)::at);
        return known;
    }

    /** @param users the VMs that are based on it */
    void remove(ImageId image, List<VmId> users) {
        require(image);
        if (!users.isEmpty()) {
            throw new InvalidValueException(
                    "image %s is the base of %s: remove those VMs first".formatted(image, users));
        }
        stores.values().forEach(store -> {
            store.deleteArchived(image);
            store.delete(image);
        });
    }

    /** Tells quarters, so that a fast import is not a flood of lines. */
    private static final class Steps {
        private final String site;
        private final Consumer<String> progress;
        private long told = -1;

        Steps(String site, Consumer<String> progress) {
            this.site = site;
            this.progress = progress;
        }

        void at(long done, long total) {
            long step = total == 0 ? PROGRESS_STEPS : done * PROGRESS_STEPS / total;
            if (step > told) {
                told = step;
                progress.accept("%s: %d of %d MiB".formatted(site, done >> 20, total >> 20));
            }
        }
    }

    /** With the disks of VMs over them. */
    List<Answers.Image> list(List<Answers.Vm> vms) {
        return list().stream()
                .map(image -> image.with(vms.stream()
                        .filter(vm -> vm.image().equals(image.image()))
                        .map(vm -> new Answers.Disk(vm.vm(), vm.atRisk()))
                        .toList()))
                .toList();
    }

    List<Answers.Image> list() {
        Map<ImageId, Answers.Image> found = new TreeMap<>(java.util.Comparator.comparing(ImageId::value));
        stores.values().forEach(store -> store.list().forEach(info -> found.put(info.id(), answer(info))));
        return List.copyOf(found.values());
    }

    Answers.Image require(ImageId image) {
        return list().stream()
                .filter(known -> known.image().equals(image))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException(
                        "there is no image %s; import one with 'supercloud image import NAME FILE'".formatted(image)));
    }

    private Answers.Image answer(ImageInfo info) {
        List<String> sites = stores.entrySet().stream()
                .filter(store -> store.getValue().find(info.id()).isPresent())
                .map(Map.Entry::getKey)
                .toList();
        return new Answers.Image(info.id(), info.sizeBytes(), info.storedBytes(), info.chunks(), sites, List.of());
    }
}
