package io.acceptor.it;

import io.acceptor.Acceptor;
import io.acceptor.Admission;
import io.acceptor.DrainReport;
import io.acceptor.contract.PortsTaken;
import io.acceptor.contract.RestartsUnderLoad;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What {@link SharedPortIT} runs in a network namespace. */
final class SharedPort {
    private SharedPort() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("ports")) {
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            PortsTaken.startAndClose(
                    () -> Acceptor.builder().acceptors(4).handler(client -> {}).start(anyPort));
        } else {
            RestartsUnderLoad.run(SharedPort::start);
        }
    }

    private static RestartsUnderLoad.Generation start(InetSocketAddress address, Set<Integer> accepted)
            throws IOException {
        Acceptor acceptor = Acceptor.builder()
                .sharePort()
                .admission(peer -> {
                    accepted.add(peer.remoteAddress().getPort());
                    return Admission.admit();
                })
                .handler(client -> client.output().write(client.input().read()))
                .start(address);
        return new RestartsUnderLoad.Generation() {
            @Override
            public CompletionStage<DrainReport> drain() {
                return acceptor.drain(Duration.ZERO, Duration.ofSeconds(10));
            }

            @Override
            public void close() {
                acceptor.close();
            }
        };
    }
}
