package io.acceptor.bench.victims;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** One client who finds out what a server says to those who come. */
public final class FirstClient {
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
    private static final Duration FIRST_WORD_LIMIT = Duration.ofSeconds(2);
    private static final Duration SILENCE = Duration.ofMillis(200);
    private static final int MOST = 64 * 1_024;

    private FirstClient() {}

    /**
     * Listens until the server has said nothing more for a moment.
     *
     * @return what it said; empty if it waits for the client to speak
     * @throws IOException if it cannot be reached, or ends the connection
     */
    public static byte[] listen(InetSocketAddress target) throws IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        try (Socket socket = new Socket()) {
            socket.connect(target, (int) CONNECT_LIMIT.toMillis());
            socket.setSoTimeout((int) FIRST_WORD_LIMIT.toMillis());
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[MOST];
            int read = in.read(buffer);
            while (read >= 0 && heard.size() < MOST) {
                heard.write(buffer, 0, read);
                socket.setSoTimeout((int) SILENCE.toMillis());
                read = in.read(buffer);
            }
        } catch (SocketTimeoutException silence) {
            return heard.toByteArray();
        } catch (IOException e) {
            throw new IOException(
                    "cannot visit " + target.getHostString() + ":" + target.getPort() + ": " + e.getMessage(), e);
        }
        return heard.toByteArray();
    }
}
