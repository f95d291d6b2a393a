package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.image.BaseNames;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.time.Duration;

/** A volume of a VM at another host, over that host's agent. */
public final class RemoteVolume implements VolumeSource {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HostAgent.Directory hosts;
    private final HostId host;
    private final VmId vm;
    private final HostCall.VmPart part;

    public RemoteVolume(HostAgent.Directory hosts, HostId host, VmId vm, HostCall.VmPart part) {
        this.hosts = hosts;
        this.host = host;
        this.vm = vm;
        this.part = part;
    }

    @Override
    public Changes changesAfter(long cursor) throws IOException {
        return call(new HostCall.ReadChanges(vm, part, cursor));
    }

    @Override
    public BlockData read(long[] blocks) throws IOException {
        return call(new HostCall.ReadBlocks(vm, part, blocks));
    }

    @Override
    public BaseNames baseNames(int first) throws IOException {
        return ask(new SourceQuestion.Names(first)).names();
    }

    @Override
    public byte[] baseDigests(int chunk) throws IOException {
        return ask(new SourceQuestion.Digests(chunk)).bytes();
    }

    @Override
    public byte[] baseBlocks(int chunk, long[] wanted) throws IOException {
        return ask(new SourceQuestion.Blocks(chunk, wanted)).bytes();
    }

    @Override
    public int[] hottest() throws IOException {
        return ask(new SourceQuestion.Hottest()).numbers();
    }

    private SourceQuestion.Answer ask(SourceQuestion question) throws IOException {
        return call(new HostCall.AskSource(vm, part, question));
    }

    private <R> R call(HostCall<R> call) throws IOException {
        try {
            return hosts.of(host).call(call, LIMIT);
        } catch (MigrationException e) {
            throw new IOException("%s of %s at %s: %s".formatted(part, vm, host, e.getMessage()), e);
        }
    }
}
