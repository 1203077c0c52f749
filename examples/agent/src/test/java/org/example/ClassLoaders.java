package org.example;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.catalina.Context;
import org.apache.catalina.startup.Tomcat;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;

/** Has {@link Opener} loaded by a web application, by a bundle, and by loaders that see nothing but the JDK. */
public final class ClassLoaders {
    private ClassLoaders() {}

    /** Arguments: a folder for files, a jar with the opener that is a bundle too. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        Path jar = Path.of(args[1]);
        tomcat(folder, jar);
        felix("bundle", folder.resolve("felix"), "true", jar);
        felix("strict bundle", folder.resolve("strict"), "false", jar);
        isolated(jar);
        System.out.println("done");
    }

    private static void tomcat(Path folder, Path jar) throws Exception {
        Path library =
                Files.createDirectories(folder.resolve("webapp/WEB-INF/lib")).resolve("opener.jar");
        Files.copy(jar, library);
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir(folder.resolve("tomcat").toString());
        Context context = tomcat.addContext("", folder.resolve("webapp").toString());
        tomcat.start(); // without a connector: nothing of Tomcat's listens
        open("web application", context.getLoader().getClassLoader().loadClass(Opener.class.getName()));
        tomcat.stop();
        tomcat.destroy();
    }

    /** Felix gives whoever is no bundle what the framework itself sees, by default. */
    private static void felix(String name, Path storage, String implicit, Path jar) throws Exception {
        Framework framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE, storage.toString(), "felix.bootdelegation.implicit", implicit));
        framework.start();
        Bundle bundle = framework.getBundleContext().installBundle(jar.toUri().toString());
        bundle.start();
        open(name, bundle.loadClass(Opener.class.getName()));
        framework.stop();
        framework.waitForStop(0);
    }

    private static void isolated(Path jar) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader("isolated", new URL[] {jar.toUri().toURL()}, null)) {
            open("isolated", loader.loadClass(Opener.class.getName()));
            loader.loadClass(ServerSocketUses.class.getName());
        }
    }

    private static void open(String where, Class<?> opener) throws Exception {
        System.out.println(
                where + ": " + ((Callable<?>) opener.getDeclaredConstructor().newInstance()).call());
    }
}
