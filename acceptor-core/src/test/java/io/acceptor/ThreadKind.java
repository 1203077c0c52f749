package io.acceptor;

/** What a thread is made by; virtual ones where this JDK has them. */
enum ThreadKind {
    PLATFORM,
    VIRTUAL;

    Thread start(Runnable task) {
        try {
            if (this == PLATFORM) {
                Thread thread = new Thread(task);
                thread.setDaemon(true);
                thread.start();
                return thread;
            }
            return (Thread)
                    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static boolean virtualExist() {
        return Runtime.version().feature() >= 21;
    }
}
