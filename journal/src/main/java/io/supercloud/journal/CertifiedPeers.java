package io.supercloud.journal;

import java.security.cert.X509Certificate;
import org.apache.bookkeeper.auth.AuthCallbacks;
import org.apache.bookkeeper.auth.AuthToken;
import org.apache.bookkeeper.auth.BookKeeperPrincipal;
import org.apache.bookkeeper.auth.BookieAuthProvider;
import org.apache.bookkeeper.client.BKException;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.proto.BookieConnectionPeer;

/** Lets nobody use a bookie who has not shown a certificate: BookKeeper itself lets clients choose whether to speak TLS. */
public final class CertifiedPeers implements BookieAuthProvider.Factory {
    @Override
    public void init(ServerConfiguration settings) {}

    @Override
    public String getPluginName() {
        return "supercloud-certificates";
    }

    @Override
    public BookieAuthProvider newProvider(BookieConnectionPeer peer, AuthCallbacks.GenericCallback<Void> completed) {
        return new BookieAuthProvider() {
            @Override
            public void onProtocolUpgrade() {
                boolean certified = peer.isSecure()
                        && peer.getProtocolPrincipals().stream().anyMatch(X509Certificate.class::isInstance);
                if (certified) {
                    peer.setAuthorizedId(new BookKeeperPrincipal("certificate"));
                    completed.operationComplete(BKException.Code.OK, null);
                } else {
                    completed.operationComplete(BKException.Code.UnauthorizedAccessException, null);
                    peer.disconnect();
                }
            }

            @Override
            public void process(AuthToken token, AuthCallbacks.GenericCallback<AuthToken> answer) {
                answer.operationComplete(BKException.Code.UnauthorizedAccessException, null);
            }
        };
    }
}
