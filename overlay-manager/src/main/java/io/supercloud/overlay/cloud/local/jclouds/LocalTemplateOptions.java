package io.supercloud.overlay.cloud.local.jclouds;

import io.supercloud.overlay.cloud.LaunchRequest;
import org.jclouds.compute.options.TemplateOptions;

/**
 * The local provider's own option: the key that may log in, there from birth. jclouds' common {@code authorizePublicKey}
 * would have jclouds log in to install it.
 */
public final class LocalTemplateOptions extends TemplateOptions {
    private String sshPublicKey = "";

    public static LocalTemplateOptions of(LaunchRequest request) {
        LocalTemplateOptions options = new LocalTemplateOptions();
        options.sshPublicKey = request.sshPublicKey();
        return options;
    }

    String sshPublicKey() {
        return sshPublicKey;
    }

    @Override
    public LocalTemplateOptions clone() {
        LocalTemplateOptions copy = new LocalTemplateOptions();
        copyTo(copy);
        return copy;
    }

    @Override
    public void copyTo(TemplateOptions to) {
        super.copyTo(to);
        if (to instanceof LocalTemplateOptions local) {
            local.sshPublicKey = sshPublicKey;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LocalTemplateOptions local
                && super.equals(other)
                && sshPublicKey.equals(local.sshPublicKey);
    }

    @Override
    public int hashCode() {
        return 31 * super.hashCode() + sshPublicKey.hashCode();
    }
}
