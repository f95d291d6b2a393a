package io.supercloud.migration.simulation;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.DiskServer;
import io.supercloud.image.Extent;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What serves the disk on one host, over the runs of its agent. A guest's request that is not answered, because the agent died
 * or nobody serves the disk, is asked again, as QEMU's NBD client does.
 */
final class SimulatedDisks {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private Optional<Served> served = Optional.empty();

    private final class Served implements DiskServer.Export {
        private final SimulatedProcess agent;
        private final BlockDevice device;

        Served(SimulatedProcess agent, BlockDevice device) {
            this.agent = agent;
            this.device = device;
        }

        @Override
        public void close() {
            if (served.filter(this::equals).isPresent()) {
                served = Optional.empty();
            }
        }
    }

    /** The disk server of one run of the agent. */
    DiskServer of(SimulatedProcess agent) {
        return (String name, Path socket, BlockDevice device) -> {
            Served export = new Served(agent, device);
            served = Optional.of(export);
            agent.atEnd(export::close);
            return export;
        };
    }

    boolean served() {
        return served.isPresent();
    }

    /** The disk as the guest in {@code guest} sees it. */
    BlockDevice seenBy(SimulatedProcess guest) {
        return new Client(guest);
    }

    private final class Client implements BlockDevice {
        private final SimulatedProcess guest;

        Client(SimulatedProcess guest) {
            this.guest = guest;
        }

        private void ask(Consumer<BlockDevice> request) {
            while (true) {
                Optional<Served> server = served;
                if (server.isPresent() && answered(server.get(), request)) {
                    return;
                }
                guest.sleepNanos(RETRY_NANOS);
            }
        }

        private boolean answered(Served server, Consumer<BlockDevice> request) {
            Answer answer = new Answer();
            server.agent.start("disk request", () -> {
                try {
                    request.accept(server.device);
                } catch (RuntimeException e) {
                    answer.refusal = Optional.of(e);
                }
                answer.given = true;
            });
            long pauseNanos = FIRST_PAUSE_NANOS;
            while (!answer.given) {
                if (served.filter(server::equals).isEmpty()) {
                    return false;
                }
                guest.sleepNanos(pauseNanos);
                pauseNanos = Math.min(2 * pauseNanos, RETRY_NANOS);
            }
            answer.refusal.ifPresent(refusal -> {
                throw refusal;
            });
            return true;
        }

        @Override
        public long sizeBytes() {
            return Cluster.SPEC.diskBytes();
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            ask(device -> {
                ByteBuffer found = ByteBuffer.allocate(target.remaining());
                device.read(offset, found);
                target.put(target.position(), found.array(), 0, found.capacity());
            });
        }

        @Override
        public void write(long offset, ByteBuffer source, boolean durable) {
            ask(device -> device.write(offset, source.duplicate(), durable));
        }

        @Override
        public void flush() {
            ask(BlockDevice::flush);
        }

        @Override
        public void trim(long offset, long length, boolean durable) {
            ask(device -> device.trim(offset, length, durable));
        }

        @Override
        public void zero(long offset, long length, boolean durable) {
            ask(device -> device.zero(offset, length, durable));
        }

        @Override
        public void cache(long offset, long length) {
            ask(device -> device.cache(offset, length));
        }

        @Override
        public List<Extent> extents(long offset, long length, int most) {
            throw new UnsupportedOperationException("guests do not ask for extents");
        }
    }

    private static final class Answer {
        private boolean given;
        private Optional<RuntimeException> refusal = Optional.empty();
    }
}
