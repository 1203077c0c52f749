package io.acceptor.it;

import java.lang.management.ManagementFactory;
import java.util.List;

/** What a test's JVM allows of native code, for servers in other JVMs: so that they do not warn of it either. */
public final class NativeAccess {
    private NativeAccess() {}

    /** Options for the other JVM; none if this one has none. */
    public static List<String> ofThisJvm() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--enable-native-access"))
                .toList();
    }
}
