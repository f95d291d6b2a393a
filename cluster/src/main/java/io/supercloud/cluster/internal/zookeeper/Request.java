package io.supercloud.cluster.internal.zookeeper;

import org.apache.zookeeper.ZooKeeper;

/** Sends one asynchronous request, whose callback completes the answer. */
@FunctionalInterface
public interface Request {
    void send(ZooKeeper session, Answer.Future answer);
}
