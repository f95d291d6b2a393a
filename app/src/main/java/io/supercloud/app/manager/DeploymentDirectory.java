package io.supercloud.app.manager;

import io.supercloud.core.SiteId;
import java.nio.file.Path;

/** Where one deployment keeps what it has on the manager's machine. */
public record DeploymentDirectory(Path root) {
    public Path config() {
        return root.resolve("supercloud.yaml");
    }

    public Path authority() {
        return root.resolve("authority");
    }

    public Path identity(String name) {
        return root.resolve("identities").resolve(name);
    }

    public Path registryData() {
        return root.resolve("registry");
    }

    public Path controlSocket() {
        return root.resolve("control.sock");
    }

    /** The object store of a site; on local clouds a directory. */
    public Path objects(SiteId site) {
        return root.resolve("objects").resolve(site.value());
    }

    public Path underlay() {
        return root.resolve("underlay");
    }

    public Path account(String name) {
        return root.resolve("accounts").resolve(name);
    }

    public Path sshKeys() {
        return root.resolve("ssh");
    }

    public Path log(String process) {
        return root.resolve("logs").resolve(process + ".log");
    }

    /** One decision record of the optimizer a line, as JSON. */
    public Path decisions() {
        return root.resolve("decisions.jsonl");
    }
}
