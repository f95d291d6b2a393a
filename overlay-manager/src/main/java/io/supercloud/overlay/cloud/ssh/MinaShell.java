package io.supercloud.overlay.cloud.ssh;

import io.supercloud.core.Ipv4;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.channel.ChannelExec;
import org.apache.sshd.client.channel.ClientChannelEvent;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;

/** A shell on one session of its own client. */
final class MinaShell implements RemoteShell {
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(15);
    private static final int UPLOAD_CHUNK_BYTES = 1024 * 1024;
    private static final Set<ClientChannelEvent> ENDED = EnumSet.of(ClientChannelEvent.CLOSED);

    private final SshClient client;
    private final ClientSession session;
    private final Ipv4 address;
    private final String fingerprint;

    MinaShell(SshClient client, ClientSession session, Ipv4 address, String fingerprint) {
        this.client = client;
        this.session = session;
        this.address = address;
        this.fingerprint = fingerprint;
    }

    @Override
    public Result exec(String command, Duration timeout) {
        BoundedOutput output = new BoundedOutput(MAX_OUTPUT_BYTES);
        BoundedOutput errors = new BoundedOutput(MAX_OUTPUT_BYTES);
        try (ChannelExec channel = session.createExecChannel(command)) {
            channel.setIn(InputStream.nullInputStream());
            channel.setOut(output);
            channel.setErr(errors);
            channel.open().verify(OPEN_LIMIT);
            Set<ClientChannelEvent> events = channel.waitFor(ENDED, timeout);
            if (events.contains(ClientChannelEvent.TIMEOUT)) {
                throw new SshException("a command on host %s did not end within %d ms: %s"
                        .formatted(address, timeout.toMillis(), command));
            }
            Integer exitCode = channel.getExitStatus();
            if (exitCode == null) {
                throw new SshException(
                        "the connection to host %s broke while a command ran: %s".formatted(address, command));
            }
            return new Result(exitCode, output.text(), errors.text());
        } catch (IOException e) {
            throw new SshException("a command cannot be run on host %s: %s".formatted(address, command), e);
        }
    }

    @Override
    public void upload(Path local, String remote, Progress progress) {
        try (SftpClient sftp = SftpClientFactory.instance().createSftpClient(session);
                InputStream in = Files.newInputStream(local);
                OutputStream out = sftp.write(
                        remote, SftpClient.OpenMode.Write, SftpClient.OpenMode.Create, SftpClient.OpenMode.Truncate)) {
            long total = Files.size(local);
            long sent = 0;
            byte[] chunk = new byte[UPLOAD_CHUNK_BYTES];
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                out.write(chunk, 0, count);
                sent += count;
                progress.transferred(sent, total);
            }
        } catch (IOException e) {
            throw new SshException("%s cannot be uploaded to host %s as %s".formatted(local, address, remote), e);
        }
    }

    @Override
    public String hostKeyFingerprint() {
        return fingerprint;
    }

    @Override
    public void close() {
        session.close(true);
        client.stop();
    }
}
