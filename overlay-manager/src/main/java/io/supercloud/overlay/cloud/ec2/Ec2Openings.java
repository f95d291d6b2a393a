package io.supercloud.overlay.cloud.ec2;

import io.supercloud.core.Cidr;
import io.supercloud.core.Ipv4;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What instances let in; all else is shut.
 *
 * @param manager from where the manager comes
 * @param forManager what it may reach
 * @param forHosts what the deployment's hosts may reach at each other
 */
public record Ec2Openings(Cidr manager, List<Ports> forManager, List<Ports> forHosts) {
    public Ec2Openings {
        forManager = List.copyOf(forManager);
        forHosts = List.copyOf(forHosts);
    }

    /** @param protocol {@code tcp} or {@code udp} */
    public record Ports(String protocol, int first, int last) {
        public static Ports tcp(int port) {
            return new Ports("tcp", port, port);
        }

        public static Ports udp(int port) {
            return new Ports("udp", port, port);
        }
    }

    /** Ports that are open to a source. */
    public record Rule(Ports ports, Cidr source) {}

    /** What is open while these hosts are there. */
    public Set<Rule> rules(Set<Ipv4> hosts) {
        Set<Rule> rules = new LinkedHashSet<>();
        forManager.forEach(ports -> rules.add(new Rule(ports, manager)));
        hosts.forEach(host -> forHosts.forEach(ports -> rules.add(new Rule(ports, new Cidr(host, Integer.SIZE)))));
        return rules;
    }
}
