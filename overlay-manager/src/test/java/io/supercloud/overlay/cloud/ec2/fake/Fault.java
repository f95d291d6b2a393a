package io.supercloud.overlay.cloud.ec2.fake;

/** What goes wrong with one call. */
public enum Fault {
    /** Not done, with an error that asks to slow down. */
    THROTTLED,
    /** Not done: the zone is full. */
    NO_CAPACITY,
    /** Not done: the account has what it may have. */
    NO_QUOTA,
    /** Not done: not permitted. */
    UNAUTHORIZED,
    /** Not done; the server says that it failed. */
    INTERNAL_ERROR,
    /** Done, and the answer breaks off. */
    ANSWER_LOST
}
