package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A process with thousands of open connections to itself; one process may not have descriptors enough for all of them. */
final class Crowd implements AutoCloseable {
    private static final String READY = "ready";

    private final Process process;

    private Crowd(Process process) {
        this.process = process;
    }

    /** Starts one and waits until its connections are open. */
    static Crowd gather(int connections) throws IOException {
        Process process = new ProcessBuilder(
                        DoctorProcess.java(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Crowd.class.getName(),
                        Integer.toString(connections))
                .redirectErrorStream(true)
                .start();
        Crowd crowd = new Crowd(process);
        String line = process.inputReader().readLine();
        if (!READY.equals(line)) {
            crowd.close();
        }
        assertThat(line).as("what a crowd of %d says", connections).isEqualTo(READY);
        return crowd;
    }

    /** The process: keeps them open until its standard input closes. */
    public static void main(String[] args) throws IOException {
        List<SocketChannel> ends = new ArrayList<>();
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < Integer.parseInt(args[0]); i++) {
                ends.add(SocketChannel.open(listener.getLocalAddress()));
                ends.add(listener.accept());
            }
        }
        System.out.println(READY);
        System.out.flush();
        int ended = System.in.read();
        assertThat(ended).isEqualTo(-1);
        assertThat(ends).isNotEmpty();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
