package io.supercloud.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.util.Base64;
import javax.crypto.spec.DHParameterSpec;
import org.junit.jupiter.api.Test;

class DhGroupTest {
    private static final int CERTAINTY = 50;

    @Test
    void theGroupIsOfASafePrimeWithTheBitsThatItsRfcSays() throws Exception {
        String base64 = DhGroup.PEM.replaceAll("-----[A-Z ]+-----|\\s", "");
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("DH");
        parameters.init(Base64.getDecoder().decode(base64));
        DHParameterSpec group = parameters.getParameterSpec(DHParameterSpec.class);
        BigInteger prime = group.getP();

        assertThat(prime.bitLength()).isEqualTo(2048);
        assertThat(prime.isProbablePrime(CERTAINTY)).isTrue();
        assertThat(prime.shiftRight(1).isProbablePrime(CERTAINTY)).isTrue();
        assertThat(group.getG()).isEqualTo(BigInteger.TWO);
        // RFC 7919: 64 ones at both ends, and then the first digits of e.
        assertThat(prime.toString(16))
                .startsWith("ffffffffffffffffadf85458a2bb4a9a")
                .endsWith("ffffffffffffffff");
    }
}
