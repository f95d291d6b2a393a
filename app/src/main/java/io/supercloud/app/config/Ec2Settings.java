package io.supercloud.app.config;

import io.supercloud.image.KeyReference;
import java.net.URI;

/**
 * Where and how an account at EC2 rents.
 *
 * @param endpoint of the region's API
 * @param image what hosts boot, an AMI of the region
 * @param credential refers to {@code ACCESS-KEY:SECRET-KEY} or {@code ACCESS-KEY:SECRET-KEY:SESSION-TOKEN}, where the manager runs
 */
public record Ec2Settings(String region, URI endpoint, String image, KeyReference credential) {}
