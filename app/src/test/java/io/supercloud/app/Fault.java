package io.supercloud.app;

/** What is done to a move: something that {@code kind} does to {@code victim}. */
enum Fault {
    KILL_SOURCE_AGENT(Kind.KILL, Victim.SOURCE_AGENT),
    KILL_TARGET_AGENT(Kind.KILL, Victim.TARGET_AGENT),
    KILL_MANAGER(Kind.KILL, Victim.MANAGER),
    KILL_SOURCE_QEMU(Kind.KILL, Victim.SOURCE_QEMU),
    KILL_TARGET_QEMU(Kind.KILL, Victim.TARGET_QEMU),
    KILL_REGISTRY(Kind.KILL, Victim.REGISTRY),
    KILL_SOURCE_SWITCH(Kind.KILL, Victim.SOURCE_SWITCH),
    KILL_TARGET_SWITCH(Kind.KILL, Victim.TARGET_SWITCH),
    CUT_SOURCE_TARGET(Kind.CUT, Victim.SOURCE_TO_TARGET),
    CUT_SOURCE_MANAGER(Kind.CUT, Victim.SOURCE_TO_MANAGER),
    CUT_TARGET_MANAGER(Kind.CUT, Victim.TARGET_TO_MANAGER),
    FILL_TARGET_DISK(Kind.FILL, Victim.TARGET_DISK),
    HANG_SOURCE_AGENT(Kind.HANG, Victim.SOURCE_AGENT),
    HANG_TARGET_AGENT(Kind.HANG, Victim.TARGET_AGENT),
    HANG_MANAGER(Kind.HANG, Victim.MANAGER),
    HANG_SOURCE_QEMU(Kind.HANG, Victim.SOURCE_QEMU),
    HANG_TARGET_QEMU(Kind.HANG, Victim.TARGET_QEMU),
    HANG_REGISTRY(Kind.HANG, Victim.REGISTRY),
    HANG_SOURCE_SWITCH(Kind.HANG, Victim.SOURCE_SWITCH),
    HANG_TARGET_SWITCH(Kind.HANG, Victim.TARGET_SWITCH);

    /** How it fails. All but a killed process are mended after some seconds; that one is started again. */
    enum Kind {
        KILL,
        HANG,
        CUT,
        FILL
    }

    /** What fails. The manager's network is the registry's too. */
    enum Victim {
        SOURCE_AGENT,
        TARGET_AGENT,
        MANAGER,
        SOURCE_QEMU,
        TARGET_QEMU,
        REGISTRY,
        SOURCE_SWITCH,
        TARGET_SWITCH,
        SOURCE_TO_TARGET,
        SOURCE_TO_MANAGER,
        TARGET_TO_MANAGER,
        TARGET_DISK
    }

    private final Kind kind;
    private final Victim victim;

    Fault(Kind kind, Victim victim) {
        this.kind = kind;
        this.victim = victim;
    }

    Kind kind() {
        return kind;
    }

    Victim victim() {
        return victim;
    }
}
