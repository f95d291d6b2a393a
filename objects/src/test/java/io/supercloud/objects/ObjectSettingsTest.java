package io.supercloud.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.KeyReference;
import io.supercloud.objects.ObjectSettings.Provider;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jclouds.apis.Apis;
import org.jclouds.providers.Providers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ObjectSettingsTest {
    private static final KeyReference CREDENTIAL = new KeyReference("env:OBJECTS");

    @ParameterizedTest
    @EnumSource(Provider.class)
    void everyProviderIsInTheInstallation(Provider provider) {
        Stream<String> known = Stream.concat(
                StreamSupport.stream(Providers.all().spliterator(), false).map(each -> each.getId()),
                StreamSupport.stream(Apis.all().spliterator(), false).map(each -> each.getId()));
        assertThat(known).contains(provider.id());
    }

    @Test
    void anEndpointIsGivenWhereTheProviderHasNone() {
        new ObjectSettings(Provider.AWS_S3, "", "eu-west-1", "disks", CREDENTIAL);
        assertThatThrownBy(() -> new ObjectSettings(Provider.S3, "", "", "disks", CREDENTIAL))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> new ObjectSettings(Provider.S3, "file:///etc", "", "disks", CREDENTIAL))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> new ObjectSettings(Provider.AWS_S3, "", "", "../disks", CREDENTIAL))
                .isInstanceOf(InvalidValueException.class);
    }
}
