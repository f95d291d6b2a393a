package io.supercloud.cluster;

/** Answers calls. Runs on a virtual thread for each call and may block. */
@FunctionalInterface
public interface RpcHandler {
    /**
     * Returns the reply. What it throws arrives at the caller as {@link RpcException.Refused}.
     *
     * @param caller as its certificate says
     */
    Object handle(Object request, PeerIdentity caller) throws Exception;
}
