package io.acceptor.agent;

import io.acceptor.ResilientServerSocket;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * Loads the library's classes on a daemon thread while the program starts, so that its first listener need not wait for
 * them. Opens no socket, and leaves out what names classes of Netty: those are the program's, to be initialized when it wants.
 * Whatever fails here is told when it is needed.
 */
final class WarmUp implements Runnable {
    private static final String CLASS = ".class";

    private WarmUp() {}

    static void start() {
        Thread thread = new Thread(new WarmUp(), "acceptor-agent-warm-up");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        try (JarFile jar = new JarFile(ownJar())) {
            String library = ResilientServerSocket.class.getPackageName().replace('.', '/') + '/';
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (name.startsWith(library) && name.endsWith(CLASS) && !name.startsWith(library + "netty/")) {
                    load(name.substring(0, name.length() - CLASS.length()).replace('/', '.'));
                }
            }
        } catch (IOException | URISyntaxException | RuntimeException | LinkageError e) {
            // nothing is lost but time
        }
    }

    private static File ownJar() throws URISyntaxException {
        return Path.of(WarmUp.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toFile();
    }

    private static void load(String name) {
        try {
            Class.forName(name);
        } catch (ClassNotFoundException | LinkageError e) {
            // for another JVM or another system: what needs JNA, for one
        }
    }
}
