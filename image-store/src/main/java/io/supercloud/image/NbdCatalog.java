package io.supercloud.image;

import java.util.List;
import java.util.Optional;

/** The devices that a client of one listener may ask for. Called by many threads at a time; may block. */
public interface NbdCatalog {
    /** What a client is told that it can have, in order; of very many it is told those that fit one answer. */
    List<String> names();

    /** The device of this name; empty where there is none. */
    Optional<BlockDevice> find(String name);

    /** One device, which also answers to the empty name. */
    record Single(String name, BlockDevice device) implements NbdCatalog {
        @Override
        public List<String> names() {
            return List.of(name);
        }

        @Override
        public Optional<BlockDevice> find(String wanted) {
            return wanted.isEmpty() || wanted.equals(name) ? Optional.of(device) : Optional.empty();
        }
    }
}
