package io.acceptor.bench.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A process that serves a port together with others (SO_REUSEPORT): a byte for each client. It can be stopped. */
final class PortSharer implements AutoCloseable {
    private static final String READY = "ready";
    private static final String THREAD = "sharer-acceptor";

    private final Process process;

    private PortSharer(Process process) {
        this.process = process;
    }

    /** Starts one and waits until it listens. */
    static PortSharer on(int port, int backlog, String... jvmOptions) throws IOException {
        List<String> command = new ArrayList<>(List.of(DoctorProcess.java()));
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), PortSharer.class.getName(), "" + port, "" + backlog));
        PortSharer sharer = new PortSharer(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        String line = sharer.process.inputReader().readLine();
        if (!READY.equals(line)) {
            sharer.close();
        }
        assertThat(line).as("what a sharer says").isEqualTo(READY);
        return sharer;
    }

    /** The process: serves until it is killed. A client that sends a byte before it is served makes it wait for ever. */
    public static void main(String[] args) throws Exception {
        ServerSocketChannel listener = ServerSocketChannel.open();
        listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        listener.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0])),
                Integer.parseInt(args[1]));
        System.out.println(READY);
        System.out.flush();
        Thread thread = new Thread(() -> serve(listener), THREAD);
        thread.start();
        thread.join();
    }

    private static void serve(ServerSocketChannel listener) {
        try {
            while (true) {
                try (SocketChannel client = listener.accept()) {
                    if (client.socket().getInputStream().available() > 0) {
                        hang();
                    }
                    client.write(ByteBuffer.wrap(new byte[] {'h'}));
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void hang() throws InterruptedException {
        synchronized (READY) {
            while (!Thread.interrupted()) {
                READY.wait();
            }
        }
    }

    long pid() {
        return process.pid();
    }

    PortSharer stop() throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-STOP", "" + pid()).start().waitFor())
                .isZero();
        return this;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
