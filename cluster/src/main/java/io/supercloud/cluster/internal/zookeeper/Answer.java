package io.supercloud.cluster.internal.zookeeper;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.AsyncCallback;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.data.Stat;

/**
 * What ZooKeeper answered. Only what the request asks for is set.
 */
public record Answer(Code code, String path, byte[] data, Stat stat, List<String> children) {

    /** Whether the connection broke before the answer came: a write may have been made or not. */
    public boolean isLost() {
        return switch (code) {
            case CONNECTIONLOSS, SESSIONEXPIRED, SESSIONMOVED, OPERATIONTIMEOUT, REQUESTTIMEOUT -> true;
            default -> false;
        };
    }

    public boolean isOk() {
        return code == Code.OK;
    }

    /** An answer to come, in the forms of ZooKeeper's callbacks. */
    public static final class Future extends CompletableFuture<Answer> {
        public AsyncCallback.Create2Callback created() {
            return (code, path, context, name, stat) -> complete(answer(code, name, null, stat, List.of()));
        }

        public AsyncCallback.StatCallback stat() {
            return (code, path, context, stat) -> complete(answer(code, path, null, stat, List.of()));
        }

        public AsyncCallback.DataCallback data() {
            return (code, path, context, data, stat) -> complete(answer(code, path, data, stat, List.of()));
        }

        public AsyncCallback.Children2Callback children() {
            return (code, path, context, children, stat) ->
                    complete(answer(code, path, null, stat, children == null ? List.of() : List.copyOf(children)));
        }

        public AsyncCallback.VoidCallback nothing() {
            return (code, path, context) -> complete(answer(code, path, null, null, List.of()));
        }

        private static Answer answer(int code, String path, byte[] data, Stat stat, List<String> children) {
            return new Answer(Code.get(code), path, data, stat, children);
        }
    }
}
