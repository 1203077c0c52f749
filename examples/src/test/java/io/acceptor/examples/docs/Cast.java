package io.acceptor.examples.docs;

import io.acceptor.Acceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import java.net.Socket;
import java.util.concurrent.ExecutorService;

/** The names that fragments in the documentation may use without declaring them: each is compiled as a subclass. */
public abstract class Cast {
    /** A greeting. */
    protected static final byte[] HELLO = {};

    /** Is running. */
    protected Acceptor acceptor;

    /** Is running, beside something else that is one. */
    protected Acceptor server;

    /** Has threads. */
    protected ExecutorService pool;

    /** Takes meters. */
    protected MeterRegistry registry;

    /** Has its groups, a channel type and a child handler. */
    protected ServerBootstrap bootstrap;

    /** Accepts. */
    protected EventLoopGroup boss;

    /** Serves. */
    protected EventLoopGroup workers;

    /** Sets up a client's pipeline. */
    protected static final class SmtpInitializer extends ChannelInitializer<Channel> {
        /** Made by fragments. */
        public SmtpInitializer() {}

        @Override
        protected void initChannel(Channel channel) {}
    }

    /** Talks to a client. */
    protected static void serve(Socket client) {}
}
