package io.supercloud.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PeerIdentityTest {
    @Test
    void theSubjectIsWrittenInTheOrderOfItsEncodingAsQemuComparesIt() {
        assertThat(new PeerIdentity(Role.AGENT, "host-1").distinguishedName()).isEqualTo("OU=agent,CN=host-1");
    }
}
