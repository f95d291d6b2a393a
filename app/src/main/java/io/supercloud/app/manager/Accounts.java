package io.supercloud.app.manager;

import io.supercloud.app.agent.AcceleratorFile;
import io.supercloud.app.agent.AgentProcess;
import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.Ec2Settings;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.AcceleratorProbe;
import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.ec2.Ec2Account;
import io.supercloud.overlay.cloud.ec2.Ec2Clouds;
import io.supercloud.overlay.cloud.ec2.Ec2Credential;
import io.supercloud.overlay.cloud.ec2.Ec2Openings;
import io.supercloud.overlay.cloud.ec2.Ec2Openings.Ports;
import io.supercloud.overlay.cloud.local.LocalAccount;
import io.supercloud.overlay.cloud.local.LocalClouds;
import io.supercloud.overlay.cloud.local.LocalZone;
import io.supercloud.overlay.cloud.local.MachineImage;
import io.supercloud.overlay.cloud.ssh.MinaConnector;
import io.supercloud.overlay.sdn.EncryptedTunnels;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Opens the accounts that a configuration names. */
final class Accounts {
    /** Instances that one local zone gives out; enough for any test, few enough to notice a leak. */
    private static final int LOCAL_CAPACITY = 64;

    private static final int OWNER_LENGTH = 16;
    /** Where a host listens for the memory of guests: at whatever port its kernel gives (net.ipv4.ip_local_port_range). */
    private static final Ports STREAMS = new Ports("tcp", 32_768, 60_999);

    private Accounts() {}

    /** @param fingerprint of the deployment's authority: no other deployment has it, whatever its name */
    static Map<String, Cloud> open(
            DeploymentConfig config, DeploymentDirectory directory, String fingerprint, InstantSource clock) {
        Map<String, Cloud> clouds = new LinkedHashMap<>();
        for (DeploymentConfig.Account account : config.accounts().values()) {
            clouds.put(
                    account.name(),
                    switch (account.provider()) {
                        case LOCAL, LOCAL_VM -> LocalClouds.open(local(account.name(), config, directory));
                        case EC2 -> Ec2Clouds.open(ec2(account, fingerprint), clock, new VirtualThreadTasks());
                    });
        }
        return clouds;
    }

    private static Ec2Account ec2(DeploymentConfig.Account account, String fingerprint) {
        Ec2Settings settings = account.ec2().orElseThrow();
        return new Ec2Account(
                account.name(),
                fingerprint.replace(":", "").substring(0, OWNER_LENGTH),
                settings.region(),
                settings.endpoint(),
                settings.image(),
                openings(settings),
                () -> credential(account.name(), settings));
    }

    private static Ec2Openings openings(Ec2Settings settings) {
        return new Ec2Openings(
                settings.manager(),
                List.of(
                        Ports.tcp(MinaConnector.PORT),
                        Ports.tcp(AgentProcess.RPC_PORT),
                        Ports.tcp(AgentProcess.DISKS_PORT)),
                List.of(
                        Ports.udp(EncryptedTunnels.PORT),
                        Ports.tcp(AgentProcess.RPC_PORT),
                        Ports.tcp(AgentProcess.LEDGERS_PORT),
                        STREAMS));
    }

    private static Ec2Credential credential(String account, Ec2Settings settings) {
        try {
            return Ec2Credential.parse(settings.credential().credential());
        } catch (IOException e) {
            throw new CloudException("account %s cannot be used: %s".formatted(account, e.getMessage()), e);
        }
    }

    static LocalAccount local(String name, DeploymentConfig config, DeploymentDirectory directory) {
        List<LocalZone> zones = config.sites().stream()
                .filter(site -> site.account().equals(name))
                .map(site -> new LocalZone(site.zone(), site.index(), LOCAL_CAPACITY))
                .toList();
        Optional<MachineImage> machines = config.accounts().get(name).provider() == DeploymentConfig.Provider.LOCAL_VM
                ? Optional.of(machineImage())
                : Optional.empty();
        return new LocalAccount(name, directory.account(name), zones, machines);
    }

    /** The host image of this installation, under KVM where it was found to work. */
    private static MachineImage machineImage() {
        Path home = Path.of(System.getProperty("supercloud.home"));
        try {
            Accelerator accelerator =
                    AcceleratorFile.load(home, home.resolve("probe"), AgentProcess.QEMU, AcceleratorProbe.LIMIT);
            return new MachineImage(
                    home.resolve(MachineImage.FILE), accelerator.name().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            throw new MigrationException("it cannot be found out whether KVM works here: " + e.getMessage(), e);
        }
    }
}
