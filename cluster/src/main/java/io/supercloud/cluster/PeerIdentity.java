package io.supercloud.cluster;

import io.supercloud.core.Names;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * Who a process is, as its certificate says: subject {@code CN=<name>,OU=<role>}.
 *
 * @param name a DNS label; of an agent, the name of its host
 */
public record PeerIdentity(Role role, String name) {
    public PeerIdentity {
        Names.require(role.word(), name);
    }

    /**
     * Reads the subject of a certificate that was verified already.
     *
     * @throws ClusterException where the subject is not of the form above
     */
    public static PeerIdentity of(X509Certificate certificate) {
        X500Name subject =
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        return new PeerIdentity(Role.ofWord(only(subject, BCStyle.OU)), only(subject, BCStyle.CN));
    }

    private static String only(X500Name subject, ASN1ObjectIdentifier attribute) {
        RDN[] found = subject.getRDNs(attribute);
        if (found.length != 1 || found[0].isMultiValued()) {
            throw new ClusterException(
                    "the certificate of '%s' does not say one role (OU) and one name (CN): it is not of Supercloud"
                            .formatted(subject));
        }
        return IETFUtils.valueToString(found[0].getFirst().getValue());
    }

    /** The subject as RFC 4514 writes it, in the order of its encoding: {@code OU=agent,CN=host-1}. */
    public String distinguishedName() {
        return subject().toString();
    }

    X500Name subject() {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.OU, role.word())
                .addRDN(BCStyle.CN, name)
                .build();
    }

    @Override
    public String toString() {
        return role.word() + " " + name;
    }
}
