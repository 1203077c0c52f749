package io.acceptor.agent;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides which classes get new call sites: those that name a server socket, or are Netty's bootstrap; that are no part of the JDK or of the agent, and whose
 * loader can see the agent. All others keep their bytes. Thread-safe.
 */
final class CallSiteTransformer implements ClassFileTransformer {
    private static final Logger LOG = LoggerFactory.getLogger(CallSiteTransformer.class);
    /** The package of the agent and of all that lies in its jar. */
    private static final String OWN = AcceptorAgent.class.getPackageName() + ".";

    /** What new code in the program names. */
    private static final List<Class<?>> NAMED =
            List.of(AgentServerSocket.class, AgentServerSocketFactory.class, NettyHook.class);

    private final Instrumentation instrumentation;
    private final LoaderVisibility visibility = new LoaderVisibility(NAMED);
    private final AtomicBoolean unreadableTold = new AtomicBoolean();

    CallSiteTransformer(Instrumentation instrumentation) {
        this.instrumentation = instrumentation;
    }

    /** Whether a class that is loaded already is one to look into. */
    boolean mayHaveCallSites(Class<?> loaded) {
        return !loaded.isArray()
                && isOfProgram(loaded.getModule(), loaded.getClassLoader(), loaded.getName())
                && instrumentation.isModifiableClass(loaded);
    }

    private static boolean isOfProgram(Module module, @Nullable ClassLoader loader, String name) {
        return loader != null
                && loader != ClassLoader.getPlatformClassLoader()
                && !name.startsWith(OWN)
                && !isOfJdk(module);
    }

    /** The JDK's tools are loaded by the program's loader. */
    private static boolean isOfJdk(Module module) {
        String name = module.getName();
        return name != null && (name.startsWith("java.") || name.startsWith("jdk."));
    }

    @Override
    public byte @Nullable [] transform(
            Module module,
            @Nullable ClassLoader loader,
            @Nullable String internalName,
            @Nullable Class<?> redefined,
            ProtectionDomain domain,
            byte[] classFile) {
        try {
            String name = internalName == null ? "" : internalName.replace('/', '.');
            if (loader == null || !isOfProgram(module, loader, name)) {
                return null;
            }
            if (ServerBootstrapHook.BOOTSTRAP.equals(internalName)) {
                return hooked(module, loader, classFile);
            }
            return CallSites.areNamedIn(classFile) ? rewritten(module, loader, name, classFile) : null;
        } catch (Throwable t) {
            tellUnreadable(internalName, t);
            return null;
        }
    }

    private byte @Nullable [] hooked(Module module, ClassLoader loader, byte[] classFile) {
        if (!visibility.sees(loader)) {
            return null;
        }
        readAgent(module);
        return ServerBootstrapHook.in(classFile);
    }

    private byte @Nullable [] rewritten(Module module, ClassLoader loader, String name, byte[] classFile) {
        CallSites sites = CallSites.in(classFile);
        if (sites.callsSuper()) {
            LOG.debug("left {} what it is: a subclass of ServerSocket", name);
        }
        if (sites.replaced() == 0 || !visibility.sees(loader)) {
            return null;
        }
        readAgent(module);
        LOG.debug("{}: {} call sites replaced", name, sites.replaced());
        return sites.classFile();
    }

    /** A named module sees classes of the class path only if it says so, or we do. */
    private void readAgent(Module module) {
        Module agent = AcceptorAgent.class.getModule();
        if (!module.canRead(agent)) {
            instrumentation.redefineModule(module, Set.of(agent), Map.of(), Map.of(), Set.of(), Map.of());
        }
    }

    private void tellUnreadable(@Nullable String name, Throwable why) {
        if (unreadableTold.compareAndSet(false, true)) {
            LOG.warn("left {} alone, and others like it: {}", name, why.toString());
        } else {
            LOG.debug("left {} alone: {}", name, why.toString());
        }
    }
}
