package org.example;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;

/** Runs Netty's own example of a telnet server on two copies of Netty in one JVM. Arguments: two folders of jars, two ports. */
public final class TwoNettys {
    private TwoNettys() {}

    public static void main(String[] args) throws Exception {
        start(args[0], args[2]);
        start(args[1], args[3]);
    }

    @SuppressWarnings("resource") // as long as the JVM
    private static void start(String folder, String port) throws Exception {
        List<URL> jars = new ArrayList<>();
        for (File jar : new File(folder).listFiles()) {
            jars.add(jar.toURI().toURL());
        }
        ClassLoader loader = new URLClassLoader(jars.toArray(URL[]::new), TwoNettys.class.getClassLoader());
        System.setProperty("port", port); // read when the class is initialized
        Class<?> server = Class.forName("io.netty.example.telnet.TelnetServer", true, loader);
        new Thread(() -> {
                    try {
                        server.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
                    } catch (ReflectiveOperationException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .start();
    }
}
