package io.supercloud.overlay.cloud;

import io.supercloud.core.Ipv4;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A cloud of one zone in memory. */
public final class InMemoryCloud implements Cloud {
    private record Owned(String deployment, Instance instance) {}

    private final String account;
    private final String zone;
    private final int maximumInstances;
    private final Map<String, Owned> instances = new LinkedHashMap<>();
    private int launches;

    public InMemoryCloud(String account, String zone, int maximumInstances) {
        this.account = account;
        this.zone = zone;
        this.maximumInstances = maximumInstances;
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public synchronized List<Instance> list(String deployment) {
        List<Instance> found = new ArrayList<>();
        for (Owned owned : instances.values()) {
            if (owned.deployment.equals(deployment)) {
                found.add(owned.instance);
            }
        }
        return found;
    }

    @Override
    public synchronized Instance launch(LaunchRequest request) {
        if (!request.zone().equals(zone)) {
            throw new CloudException("there is no zone " + request.zone());
        }
        if (instances.size() >= maximumInstances) {
            throw new CloudException.NoCapacity(account, zone, null);
        }
        launches++;
        Instance instance = new Instance(
                "i-" + launches,
                account,
                request.host(),
                zone,
                request.instanceType(),
                request.spot(),
                Ipv4.parse("10.0.0.1").plus(launches),
                request.token());
        instances.put(instance.id(), new Owned(request.deployment(), instance));
        return instance;
    }

    @Override
    public synchronized void terminate(String instanceId) {
        instances.remove(instanceId);
    }

    @Override
    public void close() {}
}
