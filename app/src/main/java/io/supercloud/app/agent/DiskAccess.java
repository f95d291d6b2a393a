package io.supercloud.app.agent;

import io.supercloud.cluster.Identity;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.image.BlockDevice;
import io.supercloud.image.NbdCatalog;
import io.supercloud.image.NbdListener;
import io.supercloud.image.NbdServer;
import io.supercloud.image.NbdTls;
import io.supercloud.image.ReadOnlyDevice;
import io.supercloud.image.VolumePool;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * The disks and snapshots of a host for backups: over NBD under TLS, to be read only, for who has a manager's or a client's
 * certificate of the deployment.
 */
final class DiskAccess {
    private DiskAccess() {}

    static NbdListener listen(InetSocketAddress address, Identity identity, VolumePool volumes) {
        NbdTls tls = new NbdTls(identity.socketContext(), certificate -> mayRead(PeerIdentity.of(certificate)));
        return NbdServer.listen(address, tls, new Disks(volumes));
    }

    private static boolean mayRead(PeerIdentity client) {
        return switch (client.role()) {
            case MANAGER, CLIENT -> true;
            case AGENT, REGISTRY -> false;
        };
    }

    private record Disks(VolumePool volumes) implements NbdCatalog {
        @Override
        public List<String> names() {
            return volumes.names();
        }

        @Override
        public Optional<BlockDevice> find(String name) {
            return volumes.names().contains(name) ? volumes.find(name).map(ReadOnlyDevice::new) : Optional.empty();
        }
    }
}
