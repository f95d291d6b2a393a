package io.supercloud.migration.hypervisor;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** One VM under a hypervisor, running or not. Methods throw MigrationException where the hypervisor refuses or is gone. */
public interface VirtualMachine extends AutoCloseable {
    VmId id();

    RunState runState();

    /** Watches a running guest's memory for a fraction of a second. */
    MemoryLoad measureMemory();

    /** Lets the guest run. Idempotent. */
    void resume();

    /** Stops the guest's CPUs; its memory stays. Idempotent. */
    void pause();

    /** Asks the guest to shut down, as its power button does; does not wait. */
    void pressPowerButton();

    /** Starts the guest anew from its disk, as its reset button does; the process and its console stay. */
    void reset();

    /**
     * Writes the guest's memory and devices, but not its disk, to {@code file}, which is replaced, and blocks until all of
     * it is written. The guest is stopped for that and stays stopped; it can be resumed, whether this throws or not.
     * {@link Hypervisor#startFromState} takes the file. Not durable: the caller forces it, or copies it.
     */
    void saveState(Path file, Duration limit);

    /** Ends it at once and waits until its process is gone. Idempotent. */
    void kill();

    boolean alive();

    /** The processor time that its process has used; does not ask the hypervisor. Zero where it is gone. */
    Duration cpuTime();

    /** Calls {@code action} once when its process has ended, on a thread of its own. */
    void onExit(Consumer<Exit> action);

    /**
     * Calls {@code action} with a sentence, on a thread of its own, whenever a failed disk request has stopped the guest, and
     * at once where one has already. The guest knows of no error: {@link #resume} makes the request again.
     */
    void onDiskError(Consumer<String> action);

    /**
     * As a target: listens for a memory stream from {@code source}, and from no other host, on {@code address} (port 0 picks
     * one) and returns where it listens.
     *
     * @param shape of the stream; both ends have to say the same
     */
    InetSocketAddress listen(InetSocketAddress address, HostId source, StreamShape shape);

    /** As a target: blocks until the guest's devices have arrived, and its memory, but for a post-copy: it can be resumed. */
    void awaitArrival(Duration limit);

    /**
     * As a source: begins to send the memory to {@code target}, which listens on {@code address}, and returns. The stream pauses before its last part, with
     * the guest stopped and all of its disk writes answered; {@link #finishStream} sends that part.
     */
    void beginStream(InetSocketAddress address, HostId target, StreamSettings settings);

    /** Changes the bandwidth, the downtime limit and the throttle of the stream that runs. */
    void adjustStream(StreamSettings settings);

    /**
     * As a source: the guest is stopped now, and the rest of its memory follows it after {@link #finishStream}, which cannot
     * be cancelled any more. Only where the settings allowed it.
     */
    void startPostCopy();

    /** How the memory of a post-copy gets on, at either end. */
    Rest restOfMemory();

    /** Blocks while the rest is {@link Rest#ARRIVING}, at most for {@code limit}. */
    Rest awaitRest(Duration limit);

    /** Breaks a post-copy's stream, whose way seems dead, so that it can be taken up again. Idempotent. */
    void breakRest();

    /** As a target whose post-copy is broken: listens for the source again, with the same guard, as {@link #listen}. */
    InetSocketAddress listenForRest(InetSocketAddress address);

    /** As a source whose post-copy is broken: goes on with it towards the same host. */
    void resumeRest(InetSocketAddress address);

    StreamProgress streamProgress();

    /** Blocks until the stream pauses before switch-over; calls {@code progress} now and then. Throws where it failed. */
    void awaitSwitchoverPoint(Duration limit, Consumer<StreamProgress> progress);

    /** When the guest last stopped, by {@link System#nanoTime}; before {@link #awaitSwitchoverPoint} returns. */
    long stoppedAtNanos();

    /** Sends the device state and blocks until the other side has all of it. The VM stays stopped here. */
    void finishStream(Duration limit);

    /** Gives the stream up, in whichever phase, and waits until it is; the guest can be resumed here. Idempotent. */
    void cancelStream();

    /** The file that all console output is appended to. */
    Path consoleLog();

    /** Types into the guest's serial console. */
    void type(byte[] input);

    /** Lets go of it without ending it. */
    @Override
    void close();

    /** What the hypervisor says the guest is doing. */
    enum RunState {
        RUNNING,
        PAUSED,
        AWAITING_STREAM,
        SHUT_DOWN,
        BROKEN
    }

    /**
     * @param touchedBytes that its process holds, at most the guest's memory and a little
     * @param sentShare what is left of a sample of its pages when it is compressed quickly, 0 to 1
     */
    record MemoryLoad(long touchedBytes, long dirtyBytesPerSecond, double sentShare) {}

    /** What is on its way after a guest that runs at its target already. */
    enum Rest {
        /** Nothing: no post-copy, or all is there. */
        NONE,
        ARRIVING,
        /** The way has broken; neither end has lost anything. */
        BROKEN
    }

    /** Why a VM's process has ended. */
    enum Exit {
        GUEST_SHUT_DOWN,
        KILLED
    }

    /**
     * @param downtimeLimitMillis the guest is stopped when what is left fits into this
     * @param bandwidthBytesPerSecond at most this; 0 for no limit
     * @param throttlePercent by how much, at most, a guest that changes its memory too fast is slowed down; 1 is hardly
     * @param shape as the other end expects it; only one with post-copy allows {@link #startPostCopy}
     */
    record StreamSettings(
            long downtimeLimitMillis, long bandwidthBytesPerSecond, int throttlePercent, StreamShape shape) {
        public StreamSettings within(long otherDowntimeLimitMillis) {
            return new StreamSettings(otherDowntimeLimitMillis, bandwidthBytesPerSecond, throttlePercent, shape);
        }

        public StreamSettings throttling(int percent) {
            return new StreamSettings(downtimeLimitMillis, bandwidthBytesPerSecond, percent, shape);
        }

        public StreamSettings at(long bytesPerSecond) {
            return new StreamSettings(downtimeLimitMillis, bytesPerSecond, throttlePercent, shape);
        }
    }

    /**
     * Bytes of guest memory sent so far, and left in this round.
     *
     * @param round through the memory, from 1
     * @param pagesSent with their content, zeroPages told to be zero, each as often as it was sent
     * @param dirtyPagesPerSecond that the guest changes, as of the last round; 0 when the stream is over
     * @param throttlePercent by how much the guest is slowed down; 0 when the stream is over
     * @param postCopyFaults pages that the guest waited for at the target
     */
    record StreamProgress(
            String phase,
            long sentBytes,
            long remainingBytes,
            long totalBytes,
            long round,
            long pagesSent,
            long zeroPages,
            long dirtyPagesPerSecond,
            int throttlePercent,
            long postCopyFaults) {
        /** Bytes of a page of every guest there is. */
        public static final long PAGE_BYTES = 4096;
    }
}
