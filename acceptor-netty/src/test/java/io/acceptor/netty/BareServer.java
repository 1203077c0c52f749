package io.acceptor.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import ch.qos.logback.classic.Level;
import io.acceptor.Greeting;
import io.acceptor.it.CapturedLog;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;

/** Tries everything that needs a jar which need not be there, and says on its standard output what came of it. */
final class BareServer {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private interface Attempt {
        String make() throws IOException;
    }

    private BareServer() {}

    public static void main(String[] arguments) {
        try (CapturedLog log = new CapturedLog(Level.INFO, "")) {
            attempt("AUTO", () -> acceptor(NettyTransport.AUTO, ProxyProtocol.off()));
            attempt("AUTO again", () -> acceptor(NettyTransport.AUTO, ProxyProtocol.off()));
            attempt("NIO", () -> acceptor(NettyTransport.NIO, ProxyProtocol.off()));
            attempt("EPOLL", () -> acceptor(NettyTransport.EPOLL, ProxyProtocol.off()));
            attempt("IO_URING", () -> acceptor(NettyTransport.IO_URING, ProxyProtocol.off()));
            attempt("PROXY", () -> acceptor(NettyTransport.NIO, ProxyProtocol.required()));
            attempt("guard", BareServer::guard);
            log.lines(Level.INFO).forEach(line -> System.out.println("log: " + line));
        }
    }

    private static void attempt(String name, Attempt attempt) {
        String came;
        try {
            came = attempt.make();
        } catch (IOException | RuntimeException | Error e) {
            came = e.toString();
        }
        System.out.println(name + ": " + came);
    }

    private static String acceptor(NettyTransport transport, ProxyProtocol proxy) throws IOException {
        try (NettyAcceptor acceptor = NettyAcceptor.builder()
                .transport(transport)
                .proxyProtocol(proxy)
                .greeting(Greeting.of("hello", US_ASCII))
                .childHandler(new Echo())
                .start(ANY_PORT)) {
            return acceptor.transport() + " says " + talk(acceptor.localAddress());
        }
    }

    private static String guard() throws IOException {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new Echo());
        try (AcceptGuard guard =
                AcceptGuard.builder().greeting(Greeting.of("hello", US_ASCII)).install(bootstrap)) {
            SocketAddress local =
                    bootstrap.bind(ANY_PORT).syncUninterruptibly().channel().localAddress();
            return "NIO says " + talk(local) + ", live=" + guard.health().live();
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static String talk(SocketAddress address) throws IOException {
        try (Socket client = new Socket()) {
            client.setSoTimeout(2_000);
            client.connect(address);
            client.getOutputStream().write("ping".getBytes(US_ASCII));
            return new String(client.getInputStream().readNBytes(9), US_ASCII);
        }
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object msg) {
            ctx.writeAndFlush(msg);
        }
    }
}
