package io.supercloud.overlay.cloud.jclouds;

import com.google.common.base.Throwables;
import com.google.common.collect.Iterables;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.Instance;
import io.supercloud.overlay.cloud.LaunchRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jclouds.compute.ComputeService;
import org.jclouds.compute.ComputeServiceContext;
import org.jclouds.compute.RunNodesException;
import org.jclouds.compute.domain.NodeMetadata;
import org.jclouds.compute.domain.Template;
import org.jclouds.compute.options.TemplateOptions;
import org.jclouds.rest.InsufficientResourcesException;

/** A cloud that jclouds knows, as a {@link Cloud}. */
public final class JcloudsCloud implements Cloud {
    /** The tag that names the deployment. */
    public static final String DEPLOYMENT = "supercloud-deployment";

    private static final String GROUP = "supercloud";
    private static final String HOST = "supercloud-host";
    private static final String TOKEN = "supercloud-token";
    private static final String SPOT = "supercloud-spot";

    private final String account;
    private final ComputeServiceContext context;
    private final ComputeService service;
    private final Function<LaunchRequest, TemplateOptions> providerOptions;

    /**
     * @param context the account's open context; closed with this cloud
     * @param providerOptions what jclouds' common options cannot say and a provider's own can: the key that may log in
     *     from birth, and the spot market
     */
    public JcloudsCloud(
            String account, ComputeServiceContext context, Function<LaunchRequest, TemplateOptions> providerOptions) {
        this.account = account;
        this.context = context;
        this.service = context.getComputeService();
        this.providerOptions = providerOptions;
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public List<Instance> list(String deployment) {
        try {
            return service.listNodesDetailsMatching(node -> belongs(node, deployment)).stream()
                    .map(this::instance)
                    .toList();
        } catch (RuntimeException e) {
            throw new CloudException("account %s could not be listed".formatted(account), e);
        }
    }

    private static boolean belongs(NodeMetadata node, String deployment) {
        return node != null
                && node.getStatus() != NodeMetadata.Status.TERMINATED
                && deployment.equals(node.getUserMetadata().get(DEPLOYMENT));
    }

    @Override
    public Instance launch(LaunchRequest request) {
        try {
            Template template = service.templateBuilder()
                    .locationId(request.zone())
                    .hardwareId(request.instanceType())
                    .options(providerOptions
                            .apply(request)
                            .nodeNames(List.of(request.host().value()))
                            .userMetadata(tags(request)))
                    .build();
            return instance(Iterables.getOnlyElement(service.createNodesInGroup(GROUP, 1, template)));
        } catch (RunNodesException e) {
            e.getNodeErrors().keySet().forEach(node -> terminateAfter(e, node.getId()));
            throw refused(request, Iterables.getFirst(e.getExecutionErrors().values(), e));
        } catch (RuntimeException e) {
            throw refused(request, e);
        }
    }

    private void terminateAfter(RunNodesException failure, String instanceId) {
        try {
            terminate(instanceId);
        } catch (CloudException e) {
            failure.addSuppressed(e);
        }
    }

    private CloudException refused(LaunchRequest request, Throwable cause) {
        boolean full =
                Throwables.getCausalChain(cause).stream().anyMatch(InsufficientResourcesException.class::isInstance);
        if (full) {
            return new CloudException.NoCapacity(account, request.zone(), cause);
        }
        return new CloudException(
                "account %s did not launch %s (%s in %s): %s"
                        .formatted(
                                account,
                                request.host(),
                                request.instanceType(),
                                request.zone(),
                                Throwables.getRootCause(cause).getMessage()),
                cause);
    }

    @Override
    public void terminate(String instanceId) {
        try {
            service.destroyNode(instanceId);
        } catch (RuntimeException e) {
            throw new CloudException(
                    "account %s did not terminate instance %s; call again".formatted(account, instanceId), e);
        }
    }

    @Override
    public void close() {
        context.close();
    }

    private static Map<String, String> tags(LaunchRequest request) {
        return Map.of(
                DEPLOYMENT, request.deployment(),
                HOST, request.host().value(),
                TOKEN, request.token(),
                SPOT, Boolean.toString(request.spot()));
    }

    private Instance instance(NodeMetadata node) {
        Map<String, String> tags = node.getUserMetadata();
        String host = tags.get(HOST);
        String address =
                Iterables.getFirst(Iterables.concat(node.getPublicAddresses(), node.getPrivateAddresses()), null);
        return new Instance(
                node.getId(),
                account,
                host == null ? Instance.UNTAGGED : new HostId(host),
                node.getLocation() == null ? "" : node.getLocation().getId(),
                node.getHardware() == null ? "" : node.getHardware().getId(),
                Boolean.parseBoolean(tags.get(SPOT)),
                address == null ? Instance.NO_ADDRESS : Ipv4.parse(address),
                tags.getOrDefault(TOKEN, ""));
    }
}
