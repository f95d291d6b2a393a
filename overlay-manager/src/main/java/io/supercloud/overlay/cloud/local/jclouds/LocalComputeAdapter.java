package io.supercloud.overlay.cloud.local.jclouds;

import com.google.common.base.Splitter;
import com.google.common.base.Supplier;
import com.google.common.collect.ImmutableList;
import io.supercloud.overlay.cloud.Instance;
import io.supercloud.overlay.cloud.jclouds.JcloudsCloud;
import io.supercloud.overlay.cloud.local.LocalZone;
import io.supercloud.overlay.cloud.local.MachineImage;
import io.supercloud.overlay.cloud.local.internal.CapacityException;
import io.supercloud.overlay.cloud.local.internal.InstanceBody;
import io.supercloud.overlay.cloud.local.internal.InstanceRecord;
import io.supercloud.overlay.cloud.local.internal.LocalInstances;
import io.supercloud.overlay.cloud.local.internal.LocalType;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jclouds.compute.JCloudsNativeComputeServiceAdapter;
import org.jclouds.compute.domain.Hardware;
import org.jclouds.compute.domain.HardwareBuilder;
import org.jclouds.compute.domain.Image;
import org.jclouds.compute.domain.ImageBuilder;
import org.jclouds.compute.domain.NodeMetadata;
import org.jclouds.compute.domain.NodeMetadataBuilder;
import org.jclouds.compute.domain.OperatingSystem;
import org.jclouds.compute.domain.OsFamily;
import org.jclouds.compute.domain.Processor;
import org.jclouds.compute.domain.Template;
import org.jclouds.domain.Credentials;
import org.jclouds.domain.Location;
import org.jclouds.domain.LocationBuilder;
import org.jclouds.domain.LocationScope;
import org.jclouds.domain.LoginCredentials;
import org.jclouds.location.Provider;
import org.jclouds.rest.InsufficientResourcesException;

/** The local provider as jclouds sees it. One for all of a context, since it admits instances one at a time. */
@Singleton
final class LocalComputeAdapter implements JCloudsNativeComputeServiceAdapter {
    private static final String IMAGE = "this-machine";
    private static final List<Hardware> HARDWARE = Arrays.stream(LocalType.values())
            .map(type -> new HardwareBuilder()
                    .ids(type.id())
                    .processor(new Processor(type.cores(), 1))
                    .ram(type.memoryMiB())
                    .build())
            .toList();

    private final String account;
    private final List<LocalZone> zones;
    private final LocalInstances instances;

    @Inject
    LocalComputeAdapter(
            @Provider Supplier<Credentials> credentials,
            @Named(LocalApiMetadata.STATE) String stateDirectory,
            @Named(LocalApiMetadata.ZONES) String zones,
            @Named(LocalApiMetadata.MACHINES) String machines) {
        this.account = credentials.get().identity;
        this.zones = Splitter.on(',')
                .omitEmptyStrings()
                .splitToStream(zones)
                .map(LocalZone::parse)
                .toList();
        this.instances = new LocalInstances(
                account,
                Path.of(stateDirectory),
                InstanceBody.of(
                        Optional.of(machines).filter(text -> !text.isEmpty()).map(MachineImage::parse)));
    }

    @Override
    public NodeWithInitialCredentials createNodeWithGroupEncodedIntoName(String group, String name, Template template) {
        LocalTemplateOptions options = template.getOptions().as(LocalTemplateOptions.class);
        try {
            return new NodeWithInitialCredentials(node(instances.create(
                    zone(template.getLocation().getId()),
                    options.getUserMetadata().get(JcloudsCloud.DEPLOYMENT),
                    name,
                    template.getHardware().getId(),
                    options.sshPublicKey(),
                    options.getUserMetadata())));
        } catch (CapacityException e) {
            throw new InsufficientResourcesException(e.getMessage(), e);
        }
    }

    private LocalZone zone(String name) {
        return zones.stream()
                .filter(zone -> zone.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private NodeMetadata node(InstanceRecord instance) {
        NodeMetadataBuilder node = new NodeMetadataBuilder()
                .ids(instance.id())
                .name(instance.name())
                .group("supercloud")
                .userMetadata(instance.tags().isEmpty() ? nameAsTag(instance) : instance.tags())
                .status(instances.runs(instance) ? NodeMetadata.Status.RUNNING : NodeMetadata.Status.PENDING)
                .credentials(LoginCredentials.builder().user("root").build());
        listLocations().stream()
                .filter(location -> location.getId().equals(instance.zone()))
                .forEach(node::location);
        HARDWARE.stream()
                .filter(hardware -> hardware.getId().equals(instance.instanceType()))
                .forEach(node::hardware);
        if (!instance.address().equals(Instance.NO_ADDRESS)) {
            node.privateAddresses(List.of(instance.address().toString()));
        }
        return node.build();
    }

    /** Of an instance whose tags are lost the namespace's name still tells the deployment. */
    private static Map<String, String> nameAsTag(InstanceRecord instance) {
        return Map.of(JcloudsCloud.DEPLOYMENT, instance.deployment());
    }

    @Override
    public List<Hardware> listHardwareProfiles() {
        return HARDWARE;
    }

    @Override
    public List<Image> listImages() {
        return List.of(getImage(IMAGE));
    }

    @Override
    public Image getImage(String id) {
        return new ImageBuilder()
                .ids(IMAGE)
                .name(IMAGE)
                .description("the machine that the local cloud runs on")
                .operatingSystem(OperatingSystem.builder()
                        .family(OsFamily.LINUX)
                        .description("Linux")
                        .is64Bit(true)
                        .build())
                .status(Image.Status.AVAILABLE)
                .defaultCredentials(LoginCredentials.builder().user("root").build())
                .build();
    }

    @Override
    public List<Location> listLocations() {
        Location provider = new LocationBuilder()
                .scope(LocationScope.PROVIDER)
                .id(LocalApiMetadata.ID)
                .description(account)
                .build();
        return zones.stream()
                .map(zone -> new LocationBuilder()
                        .scope(LocationScope.ZONE)
                        .id(zone.name())
                        .description(zone.name())
                        .parent(provider)
                        .build())
                .toList();
    }

    @Override
    public NodeMetadata getNode(String id) {
        return instances.find(id).map(this::node).orElse(null);
    }

    @Override
    public List<NodeMetadata> listNodes() {
        return instances.list().stream().map(this::node).toList();
    }

    @Override
    public List<NodeMetadata> listNodesByIds(Iterable<String> ids) {
        List<String> wanted = ImmutableList.copyOf(ids);
        return listNodes().stream()
                .filter(node -> wanted.contains(node.getId()))
                .toList();
    }

    @Override
    public void destroyNode(String id) {
        instances.terminate(id);
    }

    @Override
    public void rebootNode(String id) {
        throw unsupported("reboot", id);
    }

    @Override
    public void resumeNode(String id) {
        throw unsupported("resume", id);
    }

    @Override
    public void suspendNode(String id) {
        throw unsupported("suspend", id);
    }

    private static UnsupportedOperationException unsupported(String what, String id) {
        return new UnsupportedOperationException(
                "the local cloud does not %s instances (%s): terminate it and launch another".formatted(what, id));
    }
}
