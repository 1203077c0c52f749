package io.acceptor.agent;

import java.net.NetPermission;
import java.net.SocketPermission;

/**
 * What the library needs to be allowed under a {@link SecurityManager}, of which JDK 24 and later have none. It asks in time: a
 * denial on the loop, at each connection, would come too late.
 */
final class SecurityPermissions {
    private SecurityPermissions() {}

    /**
     * Whether there is one. What the agent's classes do for the program is checked against the agent then, which has no permissions
     * unless the policy gives it some.
     */
    @SuppressWarnings("removal") // as long as there is a JDK with one
    static boolean areChecked() {
        return System.getSecurityManager() != null;
    }

    /** @throws SecurityException if any of them is denied to the agent or to the program that called it */
    @SuppressWarnings("removal") // as long as there is a JDK with one
    static void check() {
        SecurityManager manager = System.getSecurityManager();
        if (manager != null) {
            manager.checkPermission(new NetPermission("setSocketImpl"));
            manager.checkPermission(new SocketPermission("*:0-65535", "accept,resolve"));
            manager.checkPermission(new RuntimePermission("modifyThread"));
        }
    }
}
