package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.overlay.cloud.local.MachineImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** What an instance consists of, beyond its namespace with the device {@code eth0} at its site. */
public sealed interface InstanceBody permits NamespaceBody, MachineBody {
    /** Of a virtual machine where there is an image for it, otherwise of services in the namespace. */
    static InstanceBody of(Optional<MachineImage> image) {
        return image.<InstanceBody>map(MachineBody::new).orElseGet(NamespaceBody::new);
    }

    /** How long it may take from {@link #start} until the instance's sshd answers. */
    Duration bootLimit();

    /** Starts the instance, which makes the file {@code booted} when its sshd answers, and {@code ended} if it ends by itself. */
    void start(InstanceRecord record, InstanceDirectory directory, String router, String sshPublicKey)
            throws IOException;
}
