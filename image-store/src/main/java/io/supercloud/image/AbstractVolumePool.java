package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.Names;
import io.supercloud.image.internal.crypt.Secrecy;
import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.internal.volume.Replica;
import io.supercloud.image.internal.volume.VolumeContext;
import io.supercloud.image.internal.volume.VolumeSettings;
import io.supercloud.image.object.Archives;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** What both pools share: which volumes are loaded, and the rules of {@link VolumePool}. */
abstract class AbstractVolumePool implements VolumePool {

    private final Map<String, BlockVolume> loaded = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    final VolumeSettings settings;
    private final Optional<Replication> replication;
    private final ReplicatedVolumes replicated;

    AbstractVolumePool(VolumeSettings settings, Optional<Replication> replication) {
        this.settings = settings;
        this.replication = replication;
        this.replicated = new ReplicatedVolumes(replication, settings);
    }

    /** The image's content; throws {@link ImageStoreException} where it is not here. */
    abstract BaseImage base(ImageId id);

    /** As {@link #base}; an image that is not here begins to arrive, as {@code source} has it. */
    abstract BaseImage base(ImageId id, VolumeSource source) throws IOException;

    /** What volumes over this image are encrypted with; empty where they are not. */
    abstract Optional<KeyReference> key(ImageId base);

    /** What a volume of this pool works with. */
    final VolumeContext context(VolumeDescription description) {
        return context(description, base(description.base()));
    }

    private VolumeContext context(VolumeDescription description, BaseImage base) {
        return new VolumeContext(base, replicated.feed(description), replicated.archive(description), settings);
    }

    abstract boolean exists(String name);

    abstract BlockVolume makeNew(VolumeDescription description, VolumeState first, VolumeContext context)
            throws IOException;

    /** Stores a copy of {@code source}, open at {@code epoch}, in the place of the volume of this name where there is one. */
    abstract void storeCopy(BlockVolume source, VolumeDescription description, long epoch) throws IOException;

    /**
     * As {@link #storeCopy} of a volume that is not loaded, where that can be had without loading it; otherwise false, and
     * nothing is done. Throws where the volume has seen a later epoch.
     */
    abstract boolean storeCopyOfUntouched(String from, String to, long serial, long epoch) throws IOException;

    abstract void describe(VolumeDescription description) throws IOException;

    abstract BlockVolume load(String name) throws IOException;

    abstract void destroy(String name) throws IOException;

    abstract List<String> stored() throws IOException;

    abstract void release() throws IOException;

    @Override
    public Volume create(String name, ImageId base, long sizeBytes, long epoch, Durability durability) {
        requireNone(name);
        VolumeDescription description = unlocked("create", name, () -> {
            Optional<KeyReference> key = key(base);
            Encryption encryption = key.isPresent() ? Secrecy.begin(key.get()) : Encryption.NONE;
            return new VolumeDescription(name, base, sizeBytes, VolumeDescription.newSerial(), durability, encryption);
        });
        return create(description, epoch);
    }

    private Volume create(VolumeDescription description, long epoch) {
        String name = description.name();
        if (ReplicatedVolumes.isRecoverable(description)) {
            unlocked("create", name, () -> replicated.begin(description, epoch));
        }
        return locked("create", name, () -> {
            requireNone(name);
            return make(description, new VolumeState.Open(epoch), context(description));
        });
    }

    @Override
    public Volume createBeside(String name, String other, long sizeBytes, long epoch, Durability durability) {
        requireNone(name);
        Encryption encryption =
                find(other).map(known -> known.description().encryption()).orElse(Encryption.NONE);
        return create(
                new VolumeDescription(
                        name, ImageStore.BLANK, sizeBytes, VolumeDescription.newSerial(), durability, encryption),
                epoch);
    }

    private void requireNone(String name) {
        if (exists(name)) {
            throw new ImageStoreException("volume '%s' exists: open it, or delete it first".formatted(name));
        }
    }

    private BlockVolume make(VolumeDescription description, VolumeState first, VolumeContext context)
            throws IOException {
        long least = context.base().sizeBytes();
        if (least > description.sizeBytes()) {
            throw new ImageStoreException("volume '%s' of %d bytes is too small for image '%s' of %d bytes"
                    .formatted(description.name(), description.sizeBytes(), description.base(), least));
        }
        BlockVolume volume = makeNew(description, first, context);
        loaded.put(description.name(), volume);
        return volume;
    }

    @Override
    public Volume open(String name, long epoch) {
        BlockVolume volume = locked("open", name, () -> known(name));
        return unlocked("open", name, () -> {
            if (replicated.mayBeSuperseded(volume, epoch) && replicated.isSuperseded(volume)) {
                return recover(name, epoch).orElseThrow();
            }
            replicated.open(volume, epoch);
            return volume;
        });
    }

    @Override
    public void mark(String name, String label) {
        locked("mark", name, () -> known(name)).mark(label);
    }

    @Override
    public void unmark(String name, String label) {
        if (replicated.areAvailable()) {
            unlocked("unmark", name, () -> replicated.unmark(name, label));
        }
    }

    @Override
    public void undoRecovery(String name, long epoch) {
        Optional<Volume> here = find(name);
        if (here.isPresent()) {
            delete(name);
            unlocked(
                    "roll forward",
                    name,
                    () -> replicated.rollForward(here.get().description(), epoch));
        }
    }

    @Override
    public Optional<Volume> recover(String name, long epoch, Optional<String> mark) {
        if (!replicated.areAvailable()) {
            return Optional.empty();
        }
        if (mark.isEmpty() && ReplicatedVolumes.isWholeHere(find(name), epoch)) {
            return Optional.of(open(name, epoch));
        }
        Optional<ReplicatedVolumes.Recovered> found = unlocked(
                "recover",
                name,
                () -> replicated.recover(
                        name, epoch, mark, find(name).map(BlockVolume.class::cast), VolumeDescription.newSerial()));
        return found.map(recovered -> locked("recover", name, () -> {
            if (recovered.replica().isEmpty()) {
                return openedAlone(recovered.description(), epoch);
            }
            Replica replica = recovered.replica().get();
            BlockVolume volume = standbyFor(recovered.description(), epoch);
            volume.followAt(epoch, replica);
            volume.open(new Seal(epoch - 1, replica.lastVersion()));
            return volume;
        }));
    }

    /** The standby copy here, as the volume that goes on from it. */
    private BlockVolume openedAlone(VolumeDescription description, long epoch) throws IOException {
        known(description.name()).close();
        loaded.remove(description.name());
        describe(description);
        BlockVolume volume = known(description.name());
        volume.openAlone(epoch);
        return volume;
    }

    /** A copy that followed the lost one has most of what is needed; another one is worth nothing. */
    private BlockVolume standbyFor(VolumeDescription description, long epoch) throws IOException {
        BlockVolume known = get(description.name());
        boolean followed = known != null
                && known.description().equals(description)
                && known.state() instanceof VolumeState.Standby(long at)
                && at <= epoch;
        if (followed) {
            return known;
        }
        remove(description.name());
        return make(description, new VolumeState.Standby(epoch), context(description));
    }

    @Override
    public void discard(String name) {
        delete(name);
        if (replicated.areAvailable()) {
            unlocked("discard", name, () -> replicated.discard(name));
        }
    }

    @Override
    public Volume standby(String name, VolumeDescription description, long epoch, VolumeSource source) {
        if (!description.name().equals(name)) {
            throw new ImageStoreException("volume '%s' can not stand by for volume '%s': the names must be equal"
                    .formatted(name, description.name()));
        }
        find(name)
                .filter(known -> known.description().equals(description))
                .ifPresent(known -> ((BlockVolume) known).prepareToFollow());
        return locked("stand by", name, () -> {
            BlockVolume known = get(name);
            if (known != null && (!known.description().equals(description) || CopyRules.isAbandoned(known, epoch))) {
                remove(name);
                known = null;
            }
            BlockVolume volume = known == null
                    ? make(
                            description,
                            new VolumeState.Standby(epoch),
                            context(description, base(description.base(), source)))
                    : known;
            volume.followAt(epoch, source);
            return volume;
        });
    }

    @Override
    public void copy(String from, String to, long epoch) {
        locked("make", to, () -> {
            if (exists(to)) {
                throw new ImageStoreException("volume '%s' exists: delete it first".formatted(to));
            }
            return copied(from, to, epoch);
        });
    }

    @Override
    public void replace(String name, String from, long epoch) {
        locked("replace", name, () -> copied(from, name, epoch));
    }

    private Void copied(String from, String to, long epoch) throws IOException {
        long serial = VolumeDescription.newSerial();
        if (!isLoaded(from) && !isLoaded(to) && exists(from) && storeCopyOfUntouched(from, to, serial, epoch)) {
            return null;
        }
        BlockVolume source = known(from);
        CopyRules.requireWhole(source, epoch);
        VolumeDescription known = source.description();
        BlockVolume replaced = loaded.remove(to);
        if (replaced != null) {
            replaced.abandon();
        }
        storeCopy(source, known.copy(to, serial), epoch);
        return null;
    }

    @Override
    public void grow(String name, long sizeBytes) {
        locked("grow", name, () -> {
            BlockVolume known = known(name);
            VolumeDescription before = known.description();
            if (sizeBytes < before.sizeBytes()) {
                throw new ImageStoreException("volume '%s' has %d bytes and can not shrink to %d"
                        .formatted(name, before.sizeBytes(), sizeBytes));
            }
            if (sizeBytes > before.sizeBytes()) {
                loaded.remove(name);
                known.close();
                describe(before.grown(sizeBytes));
            }
            return null;
        });
    }

    @Override
    public Optional<Volume> find(String name) {
        return Optional.ofNullable(locked("open", name, () -> get(name)));
    }

    private boolean isLoaded(String name) {
        BlockVolume known = loaded.get(name);
        return known != null && !known.isClosed();
    }

    private BlockVolume known(String name) throws IOException {
        BlockVolume volume = get(name);
        if (volume == null) {
            throw new ImageStoreException("there is no volume '%s' here".formatted(name));
        }
        return volume;
    }

    private BlockVolume get(String name) throws IOException {
        if (isLoaded(name)) {
            return loaded.get(name);
        }
        if (!exists(name)) {
            return null;
        }
        BlockVolume volume = load(name);
        loaded.put(name, volume);
        return volume;
    }

    @Override
    public List<String> names() {
        return locked("list", "*", this::stored);
    }

    @Override
    public void delete(String name) {
        locked("delete", Names.requireDotted("volume", name), () -> {
            remove(name);
            return null;
        });
    }

    private void remove(String name) throws IOException {
        BlockVolume known = loaded.remove(name);
        if (known != null) {
            known.abandon();
        }
        destroy(name);
    }

    /** All volumes are closed, and others may have the pool, also where one volume fails. */
    @Override
    public void close() {
        locked("close", "*", () -> {
            ImageStoreException failure = null;
            for (BlockVolume volume : loaded.values()) {
                try {
                    volume.close();
                } catch (ImageStoreException e) {
                    failure = e;
                }
            }
            loaded.clear();
            release();
            replication.ifPresent(parts -> {
                parts.ledgers().close();
                parts.archives().ifPresent(Archives::close);
            });
            if (failure != null) {
                throw failure;
            }
            return null;
        });
    }

    /** Something with the pool's files. */
    @FunctionalInterface
    private interface Action<T> {
        T run() throws IOException;
    }

    private <T> T locked(String what, String name, Action<T> action) {
        lock.lock();
        try {
            return unlocked(what, name, action);
        } finally {
            lock.unlock();
        }
    }

    private static <T> T unlocked(String what, String name, Action<T> action) {
        try {
            return action.run();
        } catch (IOException e) {
            throw new ImageStoreException("could not %s volume '%s': %s".formatted(what, name, e.getMessage()), e);
        }
    }
}
