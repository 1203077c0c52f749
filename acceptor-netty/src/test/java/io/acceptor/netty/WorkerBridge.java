package io.acceptor.netty;

import io.acceptor.contract.Behaviour;
import io.acceptor.contract.Talk;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * A child handler that runs a behaviour of the contract suite on a worker: bytes go to it through a queue, a return closes the
 * channel, and what it throws is an exception of the pipeline. A close() of its own ends what the client reads; the channel is
 * closed when the behaviour has returned.
 */
final class WorkerBridge extends ChannelInboundHandlerAdapter {
    private static final ExecutorService WORKERS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "bridge-worker");
        thread.setDaemon(true);
        return thread;
    });

    private final Behaviour behaviour;
    private final Received received = new Received();

    private WorkerBridge(Behaviour behaviour) {
        this.behaviour = behaviour;
    }

    static ChannelInitializer<Channel> initializer(Behaviour behaviour) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new WorkerBridge(behaviour));
            }
        };
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        BridgeTalk talk = new BridgeTalk(
                (SocketChannel) ctx.channel(),
                AcceptGuard.connectionId(ctx.channel()),
                AcceptGuard.greeting(ctx.channel()),
                received);
        WORKERS.execute(() -> serve(ctx, talk));
    }

    private void serve(ChannelHandlerContext ctx, Talk talk) {
        Throwable failure = null;
        try {
            behaviour.serve(talk);
        } catch (Throwable t) {
            failure = t;
        }
        end(ctx, failure);
    }

    private static void end(ChannelHandlerContext ctx, @Nullable Throwable failure) {
        try {
            ctx.executor().execute(() -> {
                if (failure != null && ctx.channel().isOpen()) {
                    ctx.fireExceptionCaught(failure);
                }
                ctx.close();
            });
        } catch (RejectedExecutionException e) {
            // its loop has ended, and closed the channel
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object msg) {
        ByteBuf buffer = (ByteBuf) msg;
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        buffer.release();
        received.add(bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            received.end(null);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        received.end(cause instanceof IOException failure ? failure : new IOException(cause));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        received.end(new IOException("the channel is closed"));
    }

    private record BridgeTalk(SocketChannel channel, long id, ByteBuffer sent, Received input) implements Talk {
        @Override
        public ByteBuffer greeting() {
            return sent.duplicate();
        }

        @Override
        public OutputStream output() {
            return new ChannelOutput(this);
        }

        @Override
        public void close() {
            channel.shutdownOutput();
            input.close();
        }
    }

    /** Waits until the channel has taken what is written. */
    private static final class ChannelOutput extends OutputStream {
        private final BridgeTalk talk;

        ChannelOutput(BridgeTalk talk) {
            this.talk = talk;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ChannelFuture written = talk.channel().writeAndFlush(Unpooled.copiedBuffer(bytes, offset, length));
            written.awaitUninterruptibly();
            if (!written.isSuccess()) {
                throw new IOException("cannot write", written.cause());
            }
        }

        @Override
        public void close() {
            talk.close();
        }
    }
}
