package io.acceptor.examples.rmi;

import java.rmi.Remote;
import java.rmi.RemoteException;

/** What clients can call. */
public interface Greeter extends Remote {
    /** Its name in the registry. */
    String NAME = "greeter";

    /**
     * Greets.
     *
     * @param name whom
     * @return the greeting
     * @throws RemoteException if the server cannot be reached
     */
    String greet(String name) throws RemoteException;
}
