package io.supercloud.cluster.internal.security;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts servers whose chain ends at the authority of one SHA-256 fingerprint. Keeps that authority's certificate for
 * later.
 */
public final class PinnedAuthority extends X509ExtendedTrustManager {
    private final String fingerprint;
    private volatile X509Certificate authority;

    /** Trusts the authority whose certificate has this fingerprint (see {@link Keys#fingerprint}). */
    public PinnedAuthority(String fingerprint) {
        this.fingerprint = fingerprint;
    }

    /** The authority's certificate; null before a server was trusted. */
    public X509Certificate authority() {
        return authority;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        for (X509Certificate candidate : chain) {
            if (Keys.fingerprint(candidate).equals(fingerprint)) {
                verifier(candidate).checkServerTrusted(chain, authType);
                authority = candidate;
                return;
            }
        }
        throw new CertificateException("the server is not of the deployment whose authority has the fingerprint "
                + fingerprint + "; take token and fingerprint from the same deployment");
    }

    private static X509TrustManager verifier(X509Certificate authority) throws CertificateException {
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            anchors.setCertificateEntry("authority", authority);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(anchors);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager verifier) {
                    return verifier;
                }
            }
            throw new CertificateException("this JDK cannot verify certificates");
        } catch (GeneralSecurityException | IOException e) {
            throw new CertificateException("the server's certificate cannot be verified", e);
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkServerTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("this side is a client");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        checkClientTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
