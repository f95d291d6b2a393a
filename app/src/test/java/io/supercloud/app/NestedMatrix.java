package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts that are machines of their own: virtual ones of three clouds, 20 ms apart, with a nested hypervisor each, the kernel's Open
 * vSwitch, and VXLAN over WireGuard. Run by {@code make nested}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NestedMatrix {
    private static final ImageId IMAGE = new ImageId("guest");
    private static final VmId VM = new VmId("web");
    private static final List<String> ACCOUNTS = List.of("amber", "birch", "cedar");
    private static final String LINK = "{between: [%s-1, %s-1], rtt: 20ms, bandwidth: 300Mbit}";
    private static final String CLIENTS = "cedar-1";
    private static final int MEMORY_MIB = 96;
    private static final int NOTICE_SECONDS = 120;
    private static final Duration UP_LIMIT = Duration.ofMinutes(8);
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final long RECORDS = 200;

    private final long begin = System.nanoTime();
    private TestDeployment deployment;
    private NestedHosts hosts;
    private TestGuest guest;
    private TestGuest.Connection connection;

    @BeforeAll
    void start(@TempDir Path folder) {
        deployment = new TestDeployment("nested", folder);
        hosts = new NestedHosts(deployment);
        up();
        tell("three hosts have joined");
        hosts.startObjectStore();
        ask(new ControlRequest.ImportImage(IMAGE, TestDeployment.guestImage().toString()), Answers.Image.class);
        tell("the image is in the pool");
        Ipv4 address = ask(
                        new ControlRequest.RunVm(
                                VM, Optional.of(IMAGE), MEMORY_MIB, 1, 0, Optional.of(new SiteId("amber-1"))),
                        Answers.Vm.class)
                .address();
        hosts.addClientNamespace("cedar", "client");
        ask(new ControlRequest.AttachClient("client", "client", new SiteId(CLIENTS)), Answers.Client.class);
        guest = TestGuest.from(command -> hosts.inNamespace("cedar", "client", command), address);
        awaitGuest();
        tell("the VM runs");
    }

    private void up() {
        deployment.up(
                "local-vm",
                """
                network: {name: tenant, vni: 79, subnet: 10.79.0.0/16, mtu: 1370}
                durability: replicated
                objects: %s
                """.formatted(hosts.objects()),
                ACCOUNTS,
                UP_LIMIT,
                LINK.formatted("amber", "birch"),
                LINK.formatted("amber", "cedar"),
                LINK.formatted("birch", "cedar"));
    }

    @AfterAll
    void nothingIsLeft() {
        if (connection != null) {
            connection.close();
        }
        hosts.close();
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
        tell("nothing is left");
    }

    private void tell(String what) {
        System.out.printf("nested: %4d s  %s%n", (System.nanoTime() - begin) / 1_000_000_000, what);
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        return deployment.manager().ask(request, answer, line -> {});
    }

    private Answers.Why why() {
        return ask(new ControlRequest.Why(VM), Answers.Why.class);
    }

    private void awaitGuest() {
        await().atMost(LIMIT).until(() -> guest.ask("PING 1").equals("PONG 1"));
    }

    private String siteOfVm() {
        return why().host().replace("host-", "");
    }

    private String accountOfVm() {
        return siteOfVm().replace("-1", "");
    }

    private void requireSameConnection(String word) {
        connection.send("PING " + word);
        assertThat(connection.reply()).isEqualTo("PONG " + word);
    }

    private void requireWhole(long records) {
        String verified = guest.ask("VERIFY");
        assertThat(verified).contains("lost=0 corrupt=0");
        assertThat(TestGuest.records(verified)).isGreaterThanOrEqualTo(records);
    }

    @Test
    @Order(1)
    void hostsAreVirtualMachinesAndTheirVmsRunUnderNestedKvm() {
        for (String account : ACCOUNTS) {
            assertThat(hosts.run(account, "systemd-detect-virt || true")).isEqualTo("qemu");
            assertThat(hosts.run(account, "dmesg")).contains("kvm: Nested Virtualization enabled");
            assertThat(hosts.run(account, "lsmod")).contains("openvswitch", "vxlan", "wireguard");
        }
        assertThat(hosts.run("amber", "ovs-vsctl get bridge br-int datapath_type"))
                .isEqualTo("system");
        assertThat(hosts.run("amber", "ip -o route get 100.64.0.2")).contains("dev supercloud0");
        assertThat(guest.ask("HYPERVISOR")).isEqualTo("KVMKVMKVM");
        tell("the VM's CPUID says " + guest.ask("HYPERVISOR") + "; its host's kernel says: "
                + hosts.run("amber", "dmesg | grep -m 1 'Nested Virtualization'"));
    }

    @Test
    @Order(2)
    void aVmMovesToAndFroBetweenNestedHypervisorsWithItsConnectionAndItsDisk() {
        connection = guest.connect();
        requireSameConnection("first");
        String boot = guest.ask("BOOTID");
        guest.ask("WRITE START");
        for (String site : List.of("birch-1", "amber-1", "birch-1")) {
            Answers.Move move = ask(new ControlRequest.Move(VM, site, false, "nested"), Answers.Move.class);
            assertThat(move.failure()).isEmpty();
            assertThat(siteOfVm()).isEqualTo(site);
            requireSameConnection(site);
            tell("the VM is at " + site);
        }
        assertThat(guest.ask("BOOTID")).isEqualTo(boot);
        await().atMost(LIMIT).until(() -> TestGuest.records(guest.ask("STATUS")) >= RECORDS);
        requireWhole(RECORDS);
    }

    @Test
    @Order(3)
    void aHostThatIsReclaimedWithNoticeLosesNoVm() {
        String boot = guest.ask("BOOTID");
        String doomed = siteOfVm();
        assertThat(deployment
                        .run("reclaim", doomed, "--notice", Integer.toString(NOTICE_SECONDS), "--yes")
                        .exitCode())
                .isZero();
        await().atMost(Duration.ofSeconds(NOTICE_SECONDS))
                .until(() -> !siteOfVm().equals(doomed));
        requireSameConnection("saved");
        tell("the VM has left " + doomed + " for " + siteOfVm());
        await().atMost(LIMIT).until(() -> !deployment.run("status").out().matches("(?s).*" + doomed + " +alive.*"));
        assertThat(guest.ask("BOOTID")).isEqualTo(boot);
        requireSameConnection("after");
        requireWhole(RECORDS);
        tell(doomed + " is gone");
    }

    @Test
    @Order(4)
    void aVmWhoseHostIsKilledRunsAgainElsewhereFromItsDisk() {
        up();
        tell("there are three hosts again");
        if (siteOfVm().equals(CLIENTS)) {
            ask(new ControlRequest.Move(VM, "amber-1", false, "away from the client"), Answers.Move.class);
        }
        String boot = guest.ask("BOOTID");
        String lost = accountOfVm();
        long before = TestGuest.records(guest.ask("STATUS"));
        ProcessFinder.in(deployment.instanceNamespace(lost)).forEach(ProcessFinder.Found::kill);
        await().atMost(LIMIT).until(() -> !accountOfVm().equals(lost));
        awaitGuest();
        tell("the VM runs at " + siteOfVm() + " after the loss of " + lost);
        assertThat(guest.ask("BOOTID")).isNotEqualTo(boot);
        requireWhole(before);
    }
}
