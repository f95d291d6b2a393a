package io.supercloud.app.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.app.Samples;
import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.Role;
import io.supercloud.cluster.RpcClient;
import io.supercloud.cluster.RpcServer;
import io.supercloud.migration.HostCall;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallTypesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SAMPLES = 20;
    private static final long SEED = 11;

    @TempDir
    private Path directory;

    private RpcServer server;
    private RpcClient client;

    @BeforeEach
    void start() {
        CertificateAuthority authority = CertificateAuthority.create(directory, "test");
        server = RpcServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                authority.newIdentity(new PeerIdentity(Role.AGENT, "host-1"), Duration.ofDays(1)),
                CallTypes.all(),
                (request, caller) -> request);
        client = new RpcClient(
                authority.newIdentity(new PeerIdentity(Role.MANAGER, "manager"), Duration.ofDays(1)), CallTypes.all());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void everyCallAndWhatItIsMadeOfIsRegistered() {
        Set<Class<?>> needed = new LinkedHashSet<>();
        Samples.implementations(HostCall.class).forEach(call -> collect(call, needed));
        assertThat(needed)
                .hasSizeGreaterThan(20)
                .allSatisfy(type -> assertThat(CallTypes.registered()).contains(type));
    }

    @Test
    void everyReplyAndWhatItIsMadeOfIsRegistered() {
        Set<Class<?>> needed = new LinkedHashSet<>();
        replies().forEach(reply -> collect(reply, needed));
        assertThat(needed)
                .hasSizeGreaterThan(8)
                .allSatisfy(type -> assertThat(CallTypes.registered()).contains(type));
    }

    @Test
    void noTypeIsRegisteredTwice() {
        assertThat(CallTypes.registered()).doesNotHaveDuplicates();
    }

    @Test
    void everyTypeSurvivesTheWire() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Class<?>> travelling = Stream.concat(Samples.implementations(HostCall.class).stream(), replies().stream())
                .distinct()
                .toList();
        for (Class<?> type : travelling) {
            for (int i = 0; i < SAMPLES; i++) {
                Object sent = Samples.of(type, random);
                Object back = client.call(server.address(), sent, type, LIMIT);
                assertThat(back)
                        .as("%s, seed %d", type.getSimpleName(), SEED)
                        .usingRecursiveComparison()
                        .withStrictTypeChecking()
                        .isEqualTo(sent);
            }
        }
    }

    /** The concrete types that calls are answered with. */
    private static List<Class<?>> replies() {
        return Samples.implementations(HostCall.class).stream()
                .map(CallTypesTest::reply)
                .distinct()
                .flatMap(type -> type.isSealed() ? Samples.implementations(type).stream() : Stream.<Class<?>>of(type))
                .toList();
    }

    private static Class<?> reply(Class<?> call) {
        return Arrays.stream(call.getGenericInterfaces())
                .map(type -> type instanceof ParameterizedType generic
                        ? (Class<?>) generic.getActualTypeArguments()[0]
                        : HostCall.Done.class)
                .findFirst()
                .orElseThrow();
    }

    /** The project's own types that a value of {@code type} consists of. */
    private static void collect(Type type, Set<Class<?>> found) {
        switch (type) {
            case ParameterizedType generic ->
                Arrays.stream(generic.getActualTypeArguments()).forEach(inner -> collect(inner, found));
            case GenericArrayType array -> collect(array.getGenericComponentType(), found);
            case Class<?> array when array.isArray() -> collect(array.getComponentType(), found);
            case Class<?> sealed
            when sealed.isInterface() && sealed.isSealed() ->
                Samples.implementations(sealed).forEach(each -> collect(each, found));
            case Class<?> own
            when own.getName().startsWith("io.supercloud.") -> {
                if (found.add(own) && own.isRecord()) {
                    for (RecordComponent component : own.getRecordComponents()) {
                        collect(component.getGenericType(), found);
                    }
                }
            }
            default -> assertThat(type.getTypeName()).doesNotContain("supercloud");
        }
    }
}
