package io.supercloud.overlay.cloud.ec2.internal;

import io.supercloud.overlay.cloud.CloudException;
import java.util.Set;

/** EC2 answered a call with an error, or did not answer. */
public final class Ec2Failure extends CloudException {
    private static final long serialVersionUID = 1L;

    /** What became of the call. */
    public enum Kind {
        /** Not done, as there were too many calls or something is not seen yet; later the same one may be. */
        THROTTLED,
        /** Not done: there is no more of what was asked for here and now. */
        NO_CAPACITY,
        /** Not done: the account may have no more. */
        NO_QUOTA,
        /** What the call names is not there, or not yet. */
        NOT_FOUND,
        /** Not done, and asking again changes nothing. */
        REFUSED,
        /** Done or not. */
        UNKNOWN
    }

    private static final int CLIENT_ERROR = 400;
    private static final int SERVER_ERROR = 500;
    /** The group was made before it is named, and may not be seen everywhere. */
    private static final Set<String> THROTTLING =
            Set.of("RequestLimitExceeded", "Throttling", "ThrottlingException", "InvalidGroup.NotFound");

    private static final Set<String> CAPACITY = Set.of(
            "InsufficientInstanceCapacity",
            "InsufficientHostCapacity",
            "InsufficientCapacity",
            "InsufficientFreeAddressesInSubnet",
            "SpotMaxPriceTooLow",
            "Unsupported");
    private static final Set<String> QUOTA =
            Set.of("InstanceLimitExceeded", "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded");
    /** The token bought something, by another order. */
    private static final String BOUGHT_BEFORE = "IdempotentParameterMismatch";

    private final String code;
    private final Kind kind;

    /**
     * @param status of HTTP; 0 where no answer came
     * @param code as EC2 names the error (docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html); may be empty
     */
    public Ec2Failure(int status, String code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.kind = kind(status, code);
    }

    private static Kind kind(int status, String code) {
        if (THROTTLING.contains(code)) {
            return Kind.THROTTLED;
        }
        // EC2 sends some of these with status 500.
        if (CAPACITY.contains(code)) {
            return Kind.NO_CAPACITY;
        }
        if (QUOTA.contains(code)) {
            return Kind.NO_QUOTA;
        }
        if (code.endsWith(".NotFound")) {
            return Kind.NOT_FOUND;
        }
        boolean client = status >= CLIENT_ERROR && status < SERVER_ERROR;
        return client && !code.isEmpty() && !code.equals(BOUGHT_BEFORE) ? Kind.REFUSED : Kind.UNKNOWN;
    }

    public String code() {
        return code;
    }

    public Kind kind() {
        return kind;
    }

    /** What a user can do about it, as a clause; empty where that is not known. */
    public String advice() {
        return switch (code) {
            case "AuthFailure", "InvalidClientTokenId", "SignatureDoesNotMatch" ->
                "its credential is wrong, or this machine's clock: check both";
            case "RequestExpired" -> "this machine's clock is wrong, or its temporary credential is over";
            case "UnauthorizedOperation" -> "its credential does not permit this: see its policy";
            case "OptInRequired", "PendingVerification", "Blocked" -> "AWS has not enabled it: see its console";
            case "InstanceLimitExceeded", "VcpuLimitExceeded", "MaxSpotInstanceCountExceeded" ->
                "its quota is used up: end an instance, or ask AWS for more";
            case "SpotMaxPriceTooLow" -> "the spot price is higher than the most that is paid";
            default -> "";
        };
    }
}
