package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.Names;
import io.supercloud.image.internal.crypt.Secrecy;
import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.internal.volume.VolumeSettings;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** What both pools share: which volumes are loaded, and the rules of {@link VolumePool}. */
abstract class AbstractVolumePool implements VolumePool {
    private static final SecureRandom SERIALS = new SecureRandom();

    private final Map<String, BlockVolume> loaded = new HashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    final VolumeSettings settings;

    AbstractVolumePool(VolumeSettings settings) {
        this.settings = settings;
    }

    /** The image's content; throws {@link ImageStoreException} where it is not here. */
    abstract BaseImage base(ImageId id);

    /** As {@link #base}; an image that is not here begins to arrive, as {@code source} has it. */
    abstract BaseImage base(ImageId id, VolumeSource source) throws IOException;

    /** What volumes over this image are encrypted with; empty where they are not. */
    abstract Optional<KeyReference> key(ImageId base);

    abstract boolean exists(String name);

    abstract BlockVolume makeNew(VolumeDescription description, VolumeState first, BaseImage base) throws IOException;

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
    public Volume create(String name, ImageId base, long sizeBytes, long epoch) {
        return locked("create", name, () -> {
            requireNew(name);
            Optional<KeyReference> key = key(base);
            Encryption encryption = key.isPresent() ? Secrecy.begin(key.get()) : Encryption.NONE;
            VolumeDescription description =
                    new VolumeDescription(name, base, sizeBytes, SERIALS.nextLong(), encryption);
            return make(description, new VolumeState.Open(epoch), base(description.base()));
        });
    }

    private void requireNew(String name) {
        if (exists(name)) {
            throw new ImageStoreException("volume '%s' exists: open it, or delete it first".formatted(name));
        }
    }

    @Override
    public Volume createBeside(String name, String other, long sizeBytes, long epoch) {
        return locked("create", name, () -> {
            requireNew(name);
            BlockVolume known = get(other);
            Encryption encryption =
                    known == null ? Encryption.NONE : known.description().encryption();
            VolumeDescription description =
                    new VolumeDescription(name, ImageStore.BLANK, sizeBytes, SERIALS.nextLong(), encryption);
            return make(description, new VolumeState.Open(epoch), base(ImageStore.BLANK));
        });
    }

    private BlockVolume make(VolumeDescription description, VolumeState first, BaseImage base) throws IOException {
        if (base.sizeBytes() > description.sizeBytes()) {
            throw new ImageStoreException("volume '%s' of %d bytes is too small for image '%s' of %d bytes"
                    .formatted(description.name(), description.sizeBytes(), description.base(), base.sizeBytes()));
        }
        BlockVolume volume = makeNew(description, first, base);
        loaded.put(description.name(), volume);
        return volume;
    }

    @Override
    public Volume open(String name, long epoch) {
        return locked("open", name, () -> {
            BlockVolume volume = get(name);
            if (volume == null) {
                throw new ImageStoreException("there is no volume '%s' here".formatted(name));
            }
            volume.openAt(epoch);
            return volume;
        });
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
            if (known != null && !known.description().equals(description)) {
                remove(name);
                known = null;
            }
            BlockVolume volume = known == null
                    ? make(description, new VolumeState.Standby(epoch), base(description.base(), source))
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
        long serial = SERIALS.nextLong();
        if (!isLoaded(from) && !isLoaded(to) && exists(from) && storeCopyOfUntouched(from, to, serial, epoch)) {
            return null;
        }
        BlockVolume source = get(from);
        if (source == null) {
            throw new ImageStoreException("there is no volume '%s' here to copy".formatted(from));
        }
        requireWhole(source, epoch);
        VolumeDescription known = source.description();
        BlockVolume replaced = loaded.remove(to);
        if (replaced != null) {
            replaced.close();
        }
        storeCopy(source, known.copy(to, serial), epoch);
        return null;
    }

    /** A copy that is open at {@code epoch} must have all of the content, and be of no earlier time than its origin. */
    private static void requireWhole(Volume source, long epoch) {
        VolumeState state = source.state();
        if (epoch < state.epoch()) {
            throw new StaleEpochException(source.name(), epoch, state);
        }
        boolean mine = state instanceof VolumeState.Open || state instanceof VolumeState.Sealed;
        if (!mine || source.missingBlocks() > 0) {
            throw new ImageStoreException(
                    "volume '%s' can not be copied: it is %s and lacks %d blocks; copy it where it is open, after it has fetched them"
                            .formatted(source.name(), state, source.missingBlocks()));
        }
    }

    @Override
    public void grow(String name, long sizeBytes) {
        locked("grow", name, () -> {
            BlockVolume known = get(name);
            if (known == null) {
                throw new ImageStoreException("there is no volume '%s' here to grow".formatted(name));
            }
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
            known.close();
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
            return action.run();
        } catch (IOException e) {
            throw new ImageStoreException("could not %s volume '%s': %s".formatted(what, name, e.getMessage()), e);
        } finally {
            lock.unlock();
        }
    }
}
