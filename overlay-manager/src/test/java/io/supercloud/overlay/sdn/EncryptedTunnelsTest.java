package io.supercloud.overlay.sdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Ipv4;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EncryptedTunnelsTest {
    private static final String A = "a".repeat(43) + "=";
    private static final String B = "b".repeat(43) + "=";

    @Test
    void eachPeerMaySendFromItsTunnelsEndAloneAndTheOrderIsAlwaysTheSame() {
        EncryptedTunnels.Peer one = new EncryptedTunnels.Peer(A, Ipv4.parse("198.18.1.10"), Ipv4.parse("100.64.0.1"));
        EncryptedTunnels.Peer other = new EncryptedTunnels.Peer(B, Ipv4.parse("198.18.2.10"), Ipv4.parse("100.64.0.2"));
        String text = EncryptedTunnels.configuration("secret", List.of(other, one));
        assertThat(text).isEqualTo("""
                        [Interface]
                        PrivateKey = secret
                        ListenPort = 51820
                        [Peer]
                        PublicKey = %s
                        Endpoint = 198.18.1.10:51820
                        AllowedIPs = 100.64.0.1/32
                        [Peer]
                        PublicKey = %s
                        Endpoint = 198.18.2.10:51820
                        AllowedIPs = 100.64.0.2/32
                        """.formatted(A, B));
        assertThat(EncryptedTunnels.configuration("secret", List.of(one, other)))
                .isEqualTo(text);
    }

    @Test
    void whatIsNoKeyNeverReachesTheConfiguration() {
        for (String key : List.of("", "short", A + "\nPostUp = id", "!".repeat(43) + "=")) {
            assertThatThrownBy(
                            () -> new EncryptedTunnels.Peer(key, Ipv4.parse("198.18.1.10"), Ipv4.parse("100.64.0.1")))
                    .hasMessageContaining("no WireGuard key");
        }
    }
}
