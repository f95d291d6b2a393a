package io.supercloud.overlay.cloud;

import io.supercloud.overlay.cloud.ssh.RemoteShell;
import java.nio.file.Path;
import java.time.Duration;

/** A host on which every command succeeds; its home directory is all that it tells of. */
final class InMemoryShell implements RemoteShell {
    @Override
    public Result exec(String command, Duration timeout) {
        return new Result(0, command.startsWith("printf") ? "/opt/supercloud" : "", "");
    }

    @Override
    public void upload(Path local, String remote, Progress progress) {
        progress.transferred(1, 1);
    }

    @Override
    public String hostKeyFingerprint() {
        return "SHA256:memory";
    }

    @Override
    public void close() {}
}
