package io.supercloud.cluster.internal.security;

import io.supercloud.cluster.ClusterException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/** Requests for a certificate (PKCS #10, RFC 2986). Only the key in them counts; the issuer decides on the name. */
public final class SigningRequests {
    private static final int KEY_BITS = 256;

    private SigningRequests() {}

    /** The DER encoding of a request that shows that its sender has the private key. */
    public static byte[] encode(KeyPair pair, X500Name subject) {
        try {
            return new JcaPKCS10CertificationRequestBuilder(subject, pair.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate()))
                    .getEncoded();
        } catch (OperatorCreationException | IOException e) {
            throw new ClusterException("the request for a certificate cannot be signed", e);
        }
    }

    /** The key of a request; throws {@link ClusterException} where the request is damaged or not signed with that key. */
    public static PublicKey verifiedKey(byte[] der) {
        try {
            JcaPKCS10CertificationRequest request = new JcaPKCS10CertificationRequest(der);
            PublicKey key = request.getPublicKey();
            boolean suits = key instanceof ECPublicKey curve
                    && curve.getParams().getOrder().bitLength() == KEY_BITS;
            if (suits && request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
                return key;
            }
        } catch (IOException
                | GeneralSecurityException
                | OperatorCreationException
                | PKCSException
                | IllegalArgumentException e) {
            throw new ClusterException("the request for a certificate is damaged", e);
        }
        throw new ClusterException("the request for a certificate is not signed with an ECDSA P-256 key of its sender");
    }
}
