package io.supercloud.overlay.cloud.ec2;

import io.supercloud.core.InvalidValueException;

/**
 * What an EC2 account is used with; never printed.
 *
 * @param sessionToken of temporary credentials; empty for those of a user
 */
public record Ec2Credential(String accessKey, String secretKey, String sessionToken) {
    private static final String FORM = "[A-Za-z0-9_]+:[A-Za-z0-9/+=]+(:[A-Za-z0-9/+=]+)?";

    /** Reads {@code ACCESS-KEY:SECRET-KEY} or {@code ACCESS-KEY:SECRET-KEY:SESSION-TOKEN}. */
    public static Ec2Credential parse(String text) {
        if (!text.matches(FORM)) {
            throw new InvalidValueException(
                    "the credential of an EC2 account is to be of the form ACCESS-KEY:SECRET-KEY or ACCESS-KEY:SECRET-KEY:SESSION-TOKEN");
        }
        String[] parts = text.split(":");
        return new Ec2Credential(parts[0], parts[1], parts.length > 2 ? parts[2] : "");
    }

    @Override
    public String toString() {
        return "credential of " + accessKey;
    }
}
