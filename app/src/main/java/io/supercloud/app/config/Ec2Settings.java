package io.supercloud.app.config;

import io.supercloud.core.Cidr;
import io.supercloud.image.KeyReference;
import java.net.URI;

/**
 * Where and how an account at EC2 rents.
 *
 * @param endpoint of the region's API
 * @param image what hosts boot, an AMI of the region
 * @param manager from where the manager reaches its hosts, as they see it
 * @param credential refers to {@code ACCESS-KEY:SECRET-KEY} or {@code ACCESS-KEY:SECRET-KEY:SESSION-TOKEN}, where the manager runs
 */
public record Ec2Settings(String region, URI endpoint, String image, Cidr manager, KeyReference credential) {}
