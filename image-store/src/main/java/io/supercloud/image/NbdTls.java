package io.supercloud.image;

import java.security.cert.X509Certificate;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * How clients over TCP prove who they are.
 *
 * @param context with this side's certificate, and the authorities that clients' certificates are verified by
 * @param admits who is let in of those whose certificates are good
 */
public record NbdTls(SSLContext context, Predicate<X509Certificate> admits) {}
