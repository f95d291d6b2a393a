package io.supercloud.overlay.cloud.internal;

import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.cloud.LaunchOrder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the registry has of a host from before its instance exists until after it is gone, as {@code key=value} lines.
 *
 * @param token also a tag of the instance
 * @param instanceId empty while it is not known
 * @param address empty where it was never {@link State#LAUNCHED}
 * @param fingerprint of the host's key; likewise
 * @param endingSince when it became {@link State#ENDING}; before that the epoch
 */
public record LaunchRecord(
        String deployment,
        HostId host,
        String account,
        SiteId site,
        String zone,
        String instanceType,
        boolean spot,
        String token,
        Instant orderedAt,
        State state,
        String instanceId,
        String address,
        String fingerprint,
        Instant endingSince) {
    /** How far the host is. */
    public enum State {
        /** The instance may exist; where its creator has died it is to be removed. */
        CREATING,
        /** The instance exists and its agent was started. */
        LAUNCHED,
        /** The instance is to be removed. */
        ENDING
    }

    /** The record of an order whose instance does not exist yet. */
    public static LaunchRecord intent(LaunchOrder order, String token, Instant now) {
        return new LaunchRecord(
                order.deployment(),
                order.host(),
                order.account(),
                order.site(),
                order.zone(),
                order.instanceType(),
                order.spot(),
                token,
                now,
                State.CREATING,
                "",
                "",
                "",
                Instant.EPOCH);
    }

    public LaunchRecord launched(String instanceId, String address, String fingerprint) {
        return with(State.LAUNCHED, instanceId, address, fingerprint, Instant.EPOCH);
    }

    /** The same with its instance's id, where it has none and {@code id} is not empty. */
    public LaunchRecord bought(String id) {
        return instanceId.isEmpty() ? with(state, id, address, fingerprint, endingSince) : this;
    }

    public LaunchRecord ending(Instant now) {
        return with(State.ENDING, instanceId, address, fingerprint, now);
    }

    private LaunchRecord with(State next, String nextId, String nextAddress, String nextFingerprint, Instant since) {
        return new LaunchRecord(
                deployment,
                host,
                account,
                site,
                zone,
                instanceType,
                spot,
                token,
                orderedAt,
                next,
                nextId,
                nextAddress,
                nextFingerprint,
                since);
    }

    public byte[] encode() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("state", state.name());
        fields.put("deployment", deployment);
        fields.put("host", host);
        fields.put("account", account);
        fields.put("site", site);
        fields.put("zone", zone);
        fields.put("instanceType", instanceType);
        fields.put("spot", spot);
        fields.put("token", token);
        fields.put("orderedAt", orderedAt);
        fields.put("instance", instanceId);
        fields.put("address", address);
        fields.put("hostKey", fingerprint);
        fields.put("endingSince", endingSince);
        StringBuilder text = new StringBuilder();
        fields.forEach(
                (key, value) -> text.append(key).append('=').append(value).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Throws {@link InvalidValueException} where {@code text} is not a record. */
    public static LaunchRecord decode(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        text.lines().filter(line -> line.contains("=")).forEach(line -> {
            int equals = line.indexOf('=');
            fields.put(line.substring(0, equals), line.substring(equals + 1));
        });
        try {
            return new LaunchRecord(
                    field(fields, "deployment"),
                    new HostId(field(fields, "host")),
                    field(fields, "account"),
                    new SiteId(field(fields, "site")),
                    field(fields, "zone"),
                    field(fields, "instanceType"),
                    Boolean.parseBoolean(field(fields, "spot")),
                    field(fields, "token"),
                    Instant.parse(field(fields, "orderedAt")),
                    State.valueOf(field(fields, "state")),
                    field(fields, "instance"),
                    field(fields, "address"),
                    field(fields, "hostKey"),
                    Instant.parse(fields.getOrDefault("endingSince", Instant.EPOCH.toString())));
        } catch (IllegalArgumentException | DateTimeException e) {
            throw new InvalidValueException("a launch record is damaged: " + e.getMessage());
        }
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new InvalidValueException("a launch record has no %s".formatted(name));
        }
        return value;
    }
}
