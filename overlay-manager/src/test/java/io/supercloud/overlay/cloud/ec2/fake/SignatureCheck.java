package io.supercloud.overlay.cloud.ec2.fake;

import com.sun.net.httpserver.Headers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a request is signed as AWS's Signature Version 4 has it
 * (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html), written from its description alone.
 */
record SignatureCheck(String region, String accessKey, String secretKey) {
    private static final Duration MAX_SKEW = Duration.ofMinutes(15);
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final Pattern AUTHORIZATION = Pattern.compile(ALGORITHM
            + " Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, SignedHeaders=([^,]+), Signature=(\\S+)");
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Throws {@link Refusal} where it is not, or not of now. */
    void check(Headers headers, byte[] body, Instant now) throws Refusal {
        String authorization = headers.getFirst("Authorization");
        Matcher parts = AUTHORIZATION.matcher(authorization == null ? "" : authorization);
        if (!parts.matches() || !parts.group(1).equals(accessKey)) {
            throw unknown();
        }
        String stamp = headers.getFirst("X-Amz-Date");
        Instant at = Instant.from(STAMP.parse(stamp));
        if (Duration.between(at, now).abs().compareTo(MAX_SKEW) > 0) {
            throw new Refusal(400, "RequestExpired", "Request has expired.");
        }
        List<String> signed = List.of(parts.group(5).split(";"));
        boolean scoped = stamp.startsWith(parts.group(2))
                && parts.group(3).equals(region)
                && parts.group(4).equals("ec2")
                && signed.containsAll(List.of("host", "x-amz-date"));
        String scope = "%s/%s/ec2/aws4_request".formatted(parts.group(2), region);
        String text = String.join("\n", ALGORITHM, stamp, scope, hex(sha256(canonical(headers, signed, body))));
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String step : List.of(parts.group(2), region, "ec2", "aws4_request")) {
            key = hmac(key, step);
        }
        if (!scoped || !Arrays.equals(hmac(key, text), HexFormat.of().parseHex(parts.group(6)))) {
            throw unknown();
        }
    }

    private static Refusal unknown() {
        return new Refusal(401, "AuthFailure", "AWS was not able to validate the provided access credentials");
    }

    private static byte[] canonical(Headers headers, List<String> signed, byte[] body) {
        Map<String, String> values = new HashMap<>();
        headers.forEach((name, value) -> values.put(
                name.toLowerCase(java.util.Locale.ROOT), value.getFirst().strip()));
        StringBuilder text = new StringBuilder("POST\n/\n\n");
        signed.forEach(
                name -> text.append(name).append(':').append(values.get(name)).append('\n'));
        text.append('\n').append(String.join(";", signed)).append('\n').append(hex(sha256(body)));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
