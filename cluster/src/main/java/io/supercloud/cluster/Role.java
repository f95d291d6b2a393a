package io.supercloud.cluster;

import java.util.Locale;

/** What a process may be in a deployment; the OU of its certificate, in lower case. */
public enum Role {
    MANAGER,
    AGENT,
    CLIENT,
    REGISTRY;

    /** The word that stands in certificates: {@code "agent"}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Role ofWord(String word) {
        for (Role role : values()) {
            if (role.word().equals(word)) {
                return role;
            }
        }
        throw new ClusterException("'%s' is not a role; use manager, agent, client or registry".formatted(word));
    }
}
