package io.supercloud.overlay.cloud.ec2;

import io.supercloud.core.InvalidValueException;
import java.net.URI;
import java.util.function.Supplier;

/**
 * An account at EC2, in one region.
 *
 * @param owner tells deployments of the same name in one account apart; a tag
 * @param endpoint of the region's API
 * @param image what instances boot, an AMI of the region
 * @param openings what instances let in
 * @param credential asked before each call, so that a new one is used at once; may throw
 */
public record Ec2Account(
        String name,
        String owner,
        String region,
        URI endpoint,
        String image,
        Ec2Openings openings,
        Supplier<Ec2Credential> credential) {
    /** The tag whose value is {@link #owner}. */
    public static final String OWNER_TAG = "supercloud-owner";

    private static final String REGION = "[a-z0-9]+(-[a-z0-9]+)*";
    private static final String IMAGE = "ami-[0-9a-f]{8,17}";

    public Ec2Account {
        region(region);
        image(image);
    }

    /** {@code text}, which must look like a region's name: it becomes a part of an address. */
    public static String region(String text) {
        if (!text.matches(REGION)) {
            throw new InvalidValueException("'%s' is no region of EC2: use a name such as eu-west-1".formatted(text));
        }
        return text;
    }

    /** {@code text}, which must look like an image's name. */
    public static String image(String text) {
        if (!text.matches(IMAGE)) {
            throw new InvalidValueException(
                    "'%s' is no image of EC2: use the name of an AMI in the account's region, such as ami-0123456789abcdef0"
                            .formatted(text));
        }
        return text;
    }

    /** Where AWS answers for a region. */
    public static URI endpoint(String region) {
        return URI.create(
                "https://ec2.%s.amazonaws.com%s".formatted(region(region), region.startsWith("cn-") ? ".cn" : ""));
    }
}
