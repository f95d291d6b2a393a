package io.supercloud.migration.simulation;

/** What can happen to the processes, the ways between them, the disk and the messages of a move. */
enum Fault {
    SOURCE_AGENT_KILLED,
    TARGET_AGENT_KILLED,
    MANAGER_KILLED,
    /** Killed, and not started again before the move has ended. */
    MANAGERS_STAY_AWAY,
    SOURCE_HYPERVISOR_KILLED,
    TARGET_HYPERVISOR_KILLED,
    REGISTRY_KILLED,
    SOURCE_SWITCH_KILLED,
    TARGET_SWITCH_KILLED,
    SOURCE_AGENT_HANGS,
    TARGET_AGENT_HANGS,
    MANAGER_HANGS,
    SOURCE_HYPERVISOR_HANGS,
    TARGET_HYPERVISOR_HANGS,
    REGISTRY_HANGS,
    SOURCE_SWITCH_HANGS,
    TARGET_SWITCH_HANGS,
    SOURCE_TARGET_CUT,
    SOURCE_MANAGER_CUT,
    TARGET_MANAGER_CUT,
    TARGET_DISK_FULL,
    MESSAGE_LOST,
    MESSAGE_REPEATED,
    MESSAGE_DELAYED,
    /** Its receiver refuses to do it. */
    MESSAGE_REFUSED,
    /** It is done, but its sender does not hear of it. */
    ANSWER_LOST,
    /** The next call with which the target catches up with the source's disk is lost. */
    CHANGES_LOST,
    MOVE_CANCELLED,
    /** Its stream complete, the stopped guest goes on without its agent's knowledge: only the disk can stop it. */
    SOURCE_RUNS_ON
}
