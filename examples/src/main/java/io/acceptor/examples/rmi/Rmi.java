package io.acceptor.examples.rmi;

import io.acceptor.ResilientServerSocket;
import io.acceptor.examples.Listening;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.rmi.NoSuchObjectException;
import java.rmi.registry.LocateRegistry;
import java.rmi.registry.Registry;
import java.rmi.server.RMIServerSocketFactory;
import java.rmi.server.UnicastRemoteObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** An RMI registry and one remote object, on one port that may be probed. */
@Command(
        name = "rmi",
        description = "An RMI registry with one object, \"greeter\", on sockets that keep probes from RMI's own loop.",
        mixinStandardHelpOptions = true)
public final class Rmi implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private Listening listening = new Listening();

    private Rmi() {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        InetSocketAddress address = listening.address();
        System.setProperty("java.rmi.server.hostname", address.getHostString()); // where stubs send clients to
        ResilientServerSocket socket =
                ResilientServerSocket.builder().name("rmi").bind(address);
        RMIServerSocketFactory sockets = port -> socket; // new ResilientServerSocketFactory() where any address will do

        Greeter greeter = name -> "Hello, " + name;
        int port = socket.getLocalPort();
        Registry registry = LocateRegistry.createRegistry(port, null, sockets);
        registry.rebind(Greeter.NAME, UnicastRemoteObject.exportObject(greeter, port, null, sockets));

        InetSocketAddress bound = (InetSocketAddress) socket.getLocalSocketAddress();
        PrintWriter out = spec.commandLine().getOut();
        return Listening.untilTerminated(out, bound, () -> {
            stop(registry, greeter);
            out.println(socket.stats().probeLike() + " probes kept from RMI");
            out.flush();
        });
    }

    /** Without a remote object, RMI lets go of the socket. */
    private static void stop(Registry registry, Greeter greeter) {
        try {
            UnicastRemoteObject.unexportObject(registry, true);
            UnicastRemoteObject.unexportObject(greeter, true);
        } catch (NoSuchObjectException e) {
            throw new IllegalStateException("it was exported", e);
        }
    }
}
