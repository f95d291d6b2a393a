package io.supercloud.journal;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import javax.net.ssl.SSLException;
import org.apache.bookkeeper.conf.AbstractConfiguration;
import org.apache.bookkeeper.conf.ClientConfiguration;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.tls.SecurityException;
import org.apache.bookkeeper.tls.SecurityHandlerFactory;

/**
 * TLS 1.3 between the hosts of a deployment: both sides show certificates of its authority. Addresses are not compared with them,
 * because hosts have no certain ones. BookKeeper makes one by its class's name.
 */
public final class DeploymentTls implements SecurityHandlerFactory {
    private SslContext context;
    private ByteBufAllocator buffers;

    @Override
    public String getHandlerName() {
        return "tls";
    }

    @Override
    public void init(NodeType node, AbstractConfiguration settings, ByteBufAllocator allocator)
            throws SecurityException {
        buffers = allocator;
        try {
            context = switch (node) {
                case Client -> client((ClientConfiguration) settings);
                case Server -> server((ServerConfiguration) settings);
                case Unknown -> throw new SecurityException("neither a client nor a server");
            };
        } catch (SSLException | IllegalArgumentException e) {
            throw new SecurityException("the deployment's certificates can not be used for ledgers", e);
        }
    }

    private static SslContext client(ClientConfiguration settings) throws SSLException {
        File identity = new File(settings.getTLSKeyStore());
        return built(SslContextBuilder.forClient()
                .keyManager(identity, identity)
                .trustManager(new File(settings.getTLSTrustStore()))
                .endpointIdentificationAlgorithm(null));
    }

    private static SslContext server(ServerConfiguration settings) throws SSLException {
        File identity = new File(settings.getTLSKeyStore());
        return built(SslContextBuilder.forServer(identity, identity)
                .trustManager(new File(settings.getTLSTrustStore()))
                .clientAuth(ClientAuth.REQUIRE)
                .startTls(true));
    }

    private static SslContext built(SslContextBuilder builder) throws SSLException {
        return builder.sslProvider(SslProvider.JDK)
                .protocols(LedgerService.PROTOCOL)
                .build();
    }

    @Override
    public SslHandler newTLSHandler() {
        return context.newHandler(buffers);
    }

    @Override
    public SslHandler newTLSHandler(String host, int port) {
        return context.newHandler(buffers, host, port);
    }
}
