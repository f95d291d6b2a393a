package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The files that are open at a time, a bounded number of them: a volume of a TiB has 130,000 segments. Which of them is closed
 * for another one is found as a clock's hand does: one that was used since the hand came by last is spared.
 */
final class OpenFiles {
    private final int most;
    private final Deque<OpenFile> open = new ArrayDeque<>();

    /** @param most how many are open at a time, beside those that are in use just then; each takes two descriptors */
    OpenFiles(int most) {
        this.most = most;
    }

    OpenFile open(Path path) throws IOException {
        OpenFile file = new OpenFile(path);
        admit(file);
        return file;
    }

    private synchronized void admit(OpenFile file) throws IOException {
        open.addLast(file);
        while (open.size() > most) {
            OpenFile candidate = open.pollFirst();
            if (candidate != file && candidate.isRetired()) {
                continue;
            }
            if (candidate == file || candidate.wasUsed()) {
                open.addLast(candidate);
            } else {
                candidate.retire();
            }
        }
    }
}
