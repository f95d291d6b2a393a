package io.supercloud.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.app.config.DeploymentConfig.Provider;
import io.supercloud.core.Cidr;
import io.supercloud.image.KeyReference;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class AccountReaderTest {
    private static final String FILE = """
            deployment: demo
            accounts:
              aws:
                provider: ec2
                region: eu-west-1
                image: ami-0123456789abcdef0
                credential: env:AWS
                manager: 203.0.113.7/32
            sites:
              ireland:
                account: aws
                region: eu-west-1
                zone: eu-west-1a
                instanceType: m8i.xlarge
            network: {name: blue, vni: 7, subnet: 10.10.0.0/24}
            """;

    @Test
    void anAccountAtEc2IsReadWithItsRegionsEndpointAndEncryptedTunnels() {
        DeploymentConfig config = ConfigReader.parse("supercloud.yaml", FILE);

        assertThat(config.accounts().get("aws").provider()).isEqualTo(Provider.EC2);
        assertThat(config.accounts().get("aws").ec2())
                .isEqualTo(Optional.of(new Ec2Settings(
                        "eu-west-1",
                        URI.create("https://ec2.eu-west-1.amazonaws.com"),
                        "ami-0123456789abcdef0",
                        Cidr.parse("203.0.113.7/32"),
                        new KeyReference("env:AWS"))));
        assertThat(config.network().mtu()).isEqualTo(1370);
    }

    @Test
    void whatIsWrongIsNamedWithItsLine() {
        assertRefused("image: ami-0123456789abcdef0", "image: debian", "supercloud.yaml:6", "ami-");
        assertRefused(
                "    region: eu-west-1\n    image", "    region: EU/west\n    image", "supercloud.yaml:5", "eu-west-1");
        assertRefused("credential: env:AWS", "credential: AKIDSECRET", "supercloud.yaml:7", "env:NAME");
        assertRefused("    credential: env:AWS\n", "", "supercloud.yaml:", "credential");
        assertRefused(
                "    account: aws\n    region: eu-west-1",
                "    account: aws\n    region: eu-west-2",
                "supercloud.yaml:12",
                "rents in region eu-west-1");
        assertRefused("zone: eu-west-1a", "zone: us-east-1a", "supercloud.yaml:13", "eu-west-1a");
        assertRefused("    zone: eu-west-1a\n", "", "supercloud.yaml:", "zone");
        assertRefused("manager: 203.0.113.7/32", "manager: 203.0.113.7", "supercloud.yaml:8", "10.42.0.0/16");
        assertRefused("provider: ec2", "provider: local", "supercloud.yaml:5", "region");
        assertRefused(
                "credential: env:AWS",
                "credential: env:AWS\n    endpoint: http://example.org",
                "supercloud.yaml:8",
                "https://");
        assertRefused("credential: env:AWS", "credential: env:AWS\n    imagee: x", "supercloud.yaml:8", "image");
    }

    private static void assertRefused(String right, String wrong, String place, String way) {
        assertThat(FILE).contains(right);
        assertThatThrownBy(() -> ConfigReader.parse("supercloud.yaml", FILE.replace(right, wrong)))
                .hasMessageContaining(place)
                .hasMessageContaining(way);
    }
}
