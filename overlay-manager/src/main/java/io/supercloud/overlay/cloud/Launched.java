package io.supercloud.overlay.cloud;

/**
 * A host whose agent has been started.
 *
 * @param hostKeyFingerprint the key that the host showed on first use; later connections insist on it
 */
public record Launched(Instance instance, String hostKeyFingerprint) {}
