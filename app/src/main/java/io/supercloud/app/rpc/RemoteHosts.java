package io.supercloud.app.rpc;

import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.Role;
import io.supercloud.cluster.RpcClient;
import io.supercloud.cluster.RpcException;
import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;

/** The other hosts' agents, found by their records in the registry, called over mutual TLS. */
public final class RemoteHosts implements HostAgent.Directory, AutoCloseable {
    private final RpcClient client;
    private final Registry.Subscription subscription;
    private volatile Map<String, Registry.Entry> records = Map.of();

    /** @param registry watched for hosts; {@code client} is closed with this */
    public RemoteHosts(Registry registry, RpcClient client) {
        this.client = client;
        this.subscription = registry.watch(Paths.HOSTS, this::follow);
    }

    private void follow(Map<String, Registry.Entry> entries) {
        records = entries;
        entries.values()
                .forEach(entry -> client.warm(Json.read(entry, HostRecord.class).rpcAddress()));
    }

    @Override
    public HostAgent of(HostId host) {
        return new HostAgent() {
            @Override
            public <R> R call(HostCall<R> call, Duration limit) {
                return RemoteHosts.this.call(host, call, limit);
            }
        };
    }

    private <R> R call(HostId host, HostCall<R> call, Duration limit) {
        Registry.Entry entry = records.get(host.value());
        if (entry == null) {
            throw new HostUnreachableException(host, new MigrationException("it has not joined, or has left"));
        }
        InetSocketAddress address = Json.read(entry, HostRecord.class).rpcAddress();
        try {
            return client.call(address, new PeerIdentity(Role.AGENT, host.value()), call, call.reply(), limit);
        } catch (RpcException.Refused e) {
            throw new MigrationException(e.getMessage(), e);
        } catch (RpcException e) {
            throw new HostUnreachableException(host, e);
        }
    }

    @Override
    public void close() {
        subscription.close();
        client.close();
    }
}
