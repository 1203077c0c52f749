package io.acceptor.agent;

import java.io.IOException;
import java.io.InputStream;

/**
 * Defines the classes of the agent that name Netty's, below a loader that has a copy of Netty: they see that copy. All other classes of
 * the agent are those of the agent, and all classes of the program those of the program. Thread-safe.
 */
final class NettyLoader extends ClassLoader {
    /** {@code io.acceptor.agent.netty.NettyGuard}, which must not be loaded by the agent's own loader. */
    static final String GUARD = AcceptorAgent.class.getPackageName() + ".netty.NettyGuard";

    static {
        registerAsParallelCapable();
    }

    private static final String OWN = AcceptorAgent.class.getPackageName() + ".";
    private static final String OWN_NETTY = OWN + "netty.";
    /** By another name in the agent's jar: its build knows this for a package. */
    private static final String LIBRARY_NETTY = "io.acceptor.netty.";

    private final ClassLoader agent = AcceptorAgent.class.getClassLoader();

    NettyLoader(ClassLoader withNetty) {
        super("acceptor-agent-netty", withNetty);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith(OWN_NETTY) || name.startsWith(LIBRARY_NETTY)) {
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }
        return name.startsWith(OWN) ? agent.loadClass(name) : super.loadClass(name, resolve);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream classFile = agent.getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (classFile == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = classFile.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length, AcceptorAgent.class.getProtectionDomain());
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
