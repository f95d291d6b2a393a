package io.supercloud.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    @Test
    void anyAddressSurvivesPrintingAndParsing() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 1_000; i++) {
            Ipv4 address = new Ipv4(random.nextInt());
            assertThat(Ipv4.parse(address.toString())).isEqualTo(address);
            MacAddress mac = new MacAddress(random.nextLong() >>> 16);
            assertThat(MacAddress.parse(mac.toString())).isEqualTo(mac);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.-4", "a.b.c.d", "1.2.3.4 "})
    void whatIsNotAnAddressIsNamedInTheError(String text) {
        assertThatThrownBy(() -> Ipv4.parse(text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void aPrefixContainsItsFirstAndLastAddressAndNoneBeside() {
        Cidr prefix = Cidr.parse("10.42.16.0/20");
        assertThat(prefix.contains(Ipv4.parse("10.42.16.0"))).isTrue();
        assertThat(prefix.contains(Ipv4.parse("10.42.31.255"))).isTrue();
        assertThat(prefix.contains(Ipv4.parse("10.42.32.0"))).isFalse();
        assertThat(prefix.contains(Ipv4.parse("10.42.15.255"))).isFalse();
        assertThat(prefix.netmask()).hasToString("255.255.240.0");
        assertThat(Cidr.parse("0.0.0.0/0").contains(new Ipv4(-1))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1/8", "10.0.0.0/33", "10.0.0.0", "10.0.0.0/", "10.0.0.0/-1"})
    void aPrefixWithBitsBeyondItsLengthIsRefused(String text) {
        assertThatThrownBy(() -> Cidr.parse(text)).isInstanceOf(InvalidValueException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-a", "a-", "A", "a_b", "a/b", "..", "ä"})
    void aNameThatIsNoDnsLabelIsRefused(String text) {
        assertThatThrownBy(() -> new VmId(text))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("VM name '" + text + "'");
    }
}
