package io.supercloud.overlay.cloud.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;

/** The key that a deployment logs in with (Ed25519, RFC 8709). */
public record SshKeys(KeyPair pair) {
    private static final String ALGORITHM = "Ed25519";

    public static SshKeys generate() {
        try {
            return new SshKeys(SecurityUtils.getKeyPairGenerator(ALGORITHM).generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new SshException("this Java runtime makes no Ed25519 keys", e);
        }
    }

    /** The key in {@code file}, made there where there is none; the file is OpenSSH's own form and for its owner alone. */
    public static SshKeys loadOrCreate(Path file) {
        try {
            if (!Files.exists(file)) {
                generate().save(file);
            }
            try (InputStream in = Files.newInputStream(file)) {
                NamedResource name = NamedResource.ofName(file.toString());
                return new SshKeys(SecurityUtils.loadKeyPairIdentities(null, name, in, FilePasswordProvider.EMPTY)
                        .iterator()
                        .next());
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new SshException("the SSH key %s cannot be used".formatted(file), e);
        }
    }

    private void save(Path file) throws IOException, GeneralSecurityException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "supercloud", null, text);
        Path written = Files.createTempFile(file.toAbsolutePath().getParent(), ".key", "");
        try {
            Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rw-------"));
            Files.write(written, text.toByteArray(), StandardOpenOption.TRUNCATE_EXISTING);
            Files.createLink(file, written);
        } catch (FileAlreadyExistsException e) {
            return;
        } finally {
            Files.delete(written);
        }
    }

    /** The public half as a line of {@code authorized_keys}. */
    public String publicKeyLine() {
        return PublicKeyEntry.toString(pair.getPublic()) + " supercloud";
    }
}
