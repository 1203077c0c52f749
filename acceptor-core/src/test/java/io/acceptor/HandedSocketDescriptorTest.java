package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A handed socket costs no descriptor besides the channel's: not made, not used, not closed. */
@EnabledOnOs(OS.LINUX)
class HandedSocketDescriptorTest {
    private static final Path OPEN = Path.of("/proc/self/fd");

    @Test
    void opensNoDescriptorOfItsOwn() throws Exception {
        useAndClose(connect(1)); // whatever the JDK opens once
        List<SocketChannel> channels = connect(50);
        Set<String> before = openSockets();
        List<HandedSocket> sockets = hand(channels);
        assertThat(before).containsAll(openSockets());
        for (HandedSocket socket : sockets) {
            socket.setTcpNoDelay(true);
            socket.getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(socket.toString()).contains("port");
        }
        assertThat(before).containsAll(openSockets());
        for (HandedSocket socket : sockets) {
            socket.close();
            assertThat(socket.supportedOptions()).isNotEmpty();
        }
        assertThat(before)
                .containsAll(openSockets())
                .hasSizeGreaterThanOrEqualTo(openSockets().size() + channels.size());
    }

    private static void useAndClose(List<SocketChannel> channels) throws IOException {
        for (HandedSocket socket : hand(channels)) {
            socket.getOutputStream().write(1);
            socket.close();
        }
    }

    private static List<HandedSocket> hand(List<SocketChannel> channels) throws IOException {
        List<HandedSocket> sockets = new ArrayList<>();
        for (SocketChannel channel : channels) {
            sockets.add(new HandedSocket(channel, -1, HandedSocketPair::closeChannel));
        }
        return sockets;
    }

    /** Channels whose clients have closed their side again. */
    private static List<SocketChannel> connect(int count) throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        List<SocketChannel> channels = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(anyPort)) {
            InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
            for (int i = 0; i < count; i++) {
                new Socket(address.getAddress(), address.getPort()).close();
                channels.add(listener.accept());
            }
        }
        return channels;
    }

    /** By inode: a descriptor's number is used again. */
    private static Set<String> openSockets() throws IOException {
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> open = Files.list(OPEN)) {
            for (Path descriptor : (Iterable<Path>) open::iterator) {
                String target = targetOf(descriptor);
                if (target.startsWith("socket:")) {
                    sockets.add(target);
                }
            }
        }
        return sockets;
    }

    private static String targetOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return "closed meanwhile";
        }
    }
}
