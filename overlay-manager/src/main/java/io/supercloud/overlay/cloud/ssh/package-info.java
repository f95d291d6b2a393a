/**
 * Commands and files on a host, by SSH (RFC 4251 to 4254) and SFTP.
 *
 * <p>Start with {@link io.supercloud.overlay.cloud.ssh.RemoteShell}; {@link io.supercloud.overlay.cloud.ssh.MinaConnector}
 * opens one with Apache MINA SSHD. A shell may be used by many threads; all calls block.
 */
package io.supercloud.overlay.cloud.ssh;
