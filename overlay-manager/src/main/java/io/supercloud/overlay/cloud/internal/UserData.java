package io.supercloud.overlay.cloud.internal;

/** What cloud-init makes of a new host (docs.cloud-init.io): root may come in, with one key, and nobody with a password. */
public final class UserData {
    private static final String TEXT = """
            #cloud-config
            disable_root: false
            ssh_pwauth: false
            ssh_genkeytypes: [ed25519]
            users:
              - name: root
                ssh_authorized_keys: ["%s"]
            """;

    private UserData() {}

    public static String of(String sshPublicKey) {
        return TEXT.formatted(sshPublicKey.strip());
    }
}
