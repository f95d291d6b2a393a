package io.supercloud.overlay.cloud.ec2.jclouds;

import static org.jclouds.rest.config.BinderUtils.bindHttpApi;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import io.supercloud.overlay.cloud.ec2.Ec2Account;
import java.net.URI;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jclouds.aws.ec2.config.AWSEC2HttpApiModule;
import org.jclouds.aws.filters.FormSignerV4.ServiceAndRegion;
import org.jclouds.date.DateService;
import org.jclouds.location.config.LocationModule;
import org.jclouds.location.suppliers.RegionIdToURISupplier;
import org.jclouds.location.suppliers.RegionIdsSupplier;
import org.jclouds.location.suppliers.derived.RegionIdsFromRegionIdToURIKeySet;
import org.jclouds.rest.ConfiguresHttpApi;

/** aws-ec2 for one region that is known: jclouds would ask for all regions, and take names of service and region from the host's name. */
@ConfiguresHttpApi
final class Ec2Module extends AWSEC2HttpApiModule {
    /** jclouds' own format is shared by threads and not safe for them. */
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Ec2Account account;
    private final InstantSource clock;

    Ec2Module(Ec2Account account, InstantSource clock) {
        this.account = account;
        this.clock = clock;
    }

    @Override
    protected void configure() {
        super.configure();
        bindHttpApi(binder(), Ec2Supplement.class);
        bind(ServiceAndRegion.class).toInstance(new OneRegion(account.region()));
    }

    @Override
    protected void installLocations() {
        install(new LocationModule());
        bind(RegionIdToURISupplier.class).toInstance(new OneEndpoint(account.region(), account.endpoint()));
        bind(RegionIdsSupplier.class).to(RegionIdsFromRegionIdToURIKeySet.class);
    }

    @Override
    protected String provideTimeStamp(DateService dateService) {
        return TIMESTAMP.format(clock.instant());
    }

    private record OneRegion(String name) implements ServiceAndRegion {
        @Override
        public String service() {
            return "ec2";
        }

        @Override
        public String region(String host) {
            return name;
        }
    }

    private record OneEndpoint(String region, URI endpoint) implements RegionIdToURISupplier {
        @Override
        public Map<String, Supplier<URI>> get() {
            return Map.of(region, Suppliers.ofInstance(endpoint));
        }
    }
}
