package io.acceptor.contract;

import io.acceptor.Acceptor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a server could leave behind, counted without asking it: threads by their names, sockets and selectors in
 * /proc/self/fd (empty where that does not exist).
 *
 * @param threads alive, with a name of ours
 * @param descriptors open sockets, epoll and event descriptors, each as number and target
 */
record Resources(Set<Thread> threads, Set<String> descriptors) {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    /** A first socket and selector make the JDK open descriptors that it keeps. */
    static void warmUp() throws IOException {
        try (Selector selector = Selector.open();
                SocketChannel channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            channel.register(selector, 0);
            selector.selectNow();
        }
        // the first server opens, once for the JVM, the accept queue's files and what virtual threads wait with
        Acceptor.builder()
                .handler(connection -> {})
                .start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .close();
    }

    static Resources now() {
        return new Resources(ourThreads(), openDescriptors());
    }

    private static Set<Thread> ourThreads() {
        Set<Thread> all = new HashSet<>(Thread.getAllStackTraces().keySet());
        all.removeIf(thread -> !thread.getName().startsWith("acceptor-"));
        return all;
    }

    private static Set<String> openDescriptors() {
        return openDescriptors(target -> target.startsWith("socket:") || target.startsWith("anon_inode:"));
    }

    /** Everything that is open now, files too. The JDK opens those when it likes: compare only what has run before. */
    static Set<String> everythingOpen() {
        return openDescriptors(target -> !target.endsWith("/fd")); // which this very method reads
    }

    private static Set<String> openDescriptors(Predicate<String> counted) {
        Set<String> open = new TreeSet<>();
        if (!Files.isDirectory(DESCRIPTORS)) {
            return open;
        }
        try (DirectoryStream<Path> links = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path link : links) {
                String target = targetOf(link);
                if (!target.isEmpty() && counted.test(target)) {
                    open.add(link.getFileName() + " " + target);
                }
            }
        } catch (IOException e) {
            throw new AssertionError("cannot list " + DESCRIPTORS, e);
        }
        return open;
    }

    private static String targetOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    /** Names of threads that were not there before. */
    List<String> threadsSince(Resources before) {
        return threads.stream()
                .filter(thread -> !before.threads.contains(thread))
                .map(Thread::getName)
                .sorted()
                .toList();
    }

    /** How many more descriptors there are than before. */
    int descriptorsSince(Resources before) {
        return descriptors.size() - before.descriptors.size();
    }
}
