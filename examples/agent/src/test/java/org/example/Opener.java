package org.example;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import javax.net.ServerSocketFactory;

/** A program that opens server sockets and says which ones it got. */
public final class Opener implements Callable<String> {
    public static void main(String[] args) throws Exception {
        System.out.println("opened " + new Opener().call());
    }

    @Override
    public String call() throws IOException {
        try (ServerSocket socket = new ServerSocket(0);
                ServerSocket made = ServerSocketFactory.getDefault().createServerSocket(0)) {
            return socket.getClass().getSimpleName() + ", " + made.getClass().getSimpleName() + " by " + module()
                    + getClass().getClassLoader().getClass().getSimpleName();
        }
    }

    private String module() {
        Module module = getClass().getModule();
        return module.isNamed() ? module.getName() + "/" : "";
    }
}
