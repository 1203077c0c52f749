package io.acceptor.examples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A fenced block of Java in a page.
 *
 * <p>A block that declares a type at the start of a line is compiled as it stands. Any other is a fragment, the body of a method
 * in a subclass of {@link Cast}. A diff counts as what it leads to.
 *
 * @param page where it stands
 * @param line the number of its first line there
 * @param code what it says
 */
record Snippet(String page, int line, String code) {
    private static final Pattern FENCE =
            Pattern.compile("^```(java|diff)\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

    private static final Pattern TYPE = Pattern.compile(
            "^(?:(?:public|final|abstract|sealed) )*(?:class|record|interface|enum) (\\w+)", Pattern.MULTILINE);

    private static final Pattern IMPORT = Pattern.compile("^import .*;$", Pattern.MULTILINE);

    /** What every fragment sees; it may add to it by lines of its own. */
    private static final String IMPORTS = Stream.of(
                    "io.acceptor.*",
                    "io.acceptor.examples.frameworks.GuardedLoops",
                    "io.acceptor.netty.*",
                    "io.acceptor.queue.*",
                    "io.micrometer.core.instrument.*",
                    "io.netty.bootstrap.ServerBootstrap",
                    "io.netty.channel.epoll.EpollServerSocketChannel",
                    "java.io.*",
                    "java.net.*",
                    "java.time.Duration",
                    "java.util.*",
                    "java.util.concurrent.*",
                    "static java.nio.charset.StandardCharsets.*")
            .map(name -> "import " + name + "; ")
            .collect(Collectors.joining());

    static List<Snippet> of(Path page) throws IOException {
        return of(page.normalize().toString(), Files.readString(page));
    }

    static List<Snippet> of(String page, String text) {
        List<Snippet> snippets = new ArrayList<>();
        Matcher fence = FENCE.matcher(text);
        while (fence.find()) {
            int line = 1 + (int) text.substring(0, fence.start(2)).lines().count();
            String code = fence.group(2);
            snippets.add(new Snippet(page, line, fence.group(1).equals("diff") ? newSide(code) : code));
        }
        return snippets;
    }

    private static String newSide(String diff) {
        return diff.lines()
                .map(line -> line.startsWith("-") ? "\n" : line.replaceFirst("^[+ ]", "") + "\n")
                .collect(Collectors.joining());
    }

    /** Its public type; null if it is a fragment. */
    private String type() {
        Matcher type = TYPE.matcher(code);
        return type.find() ? type.group(1) : null;
    }

    /** The name of the file that it could be. */
    String fileName() {
        return type() == null ? "Fragment.java" : type() + ".java";
    }

    /** As a compilation unit, which has each line of the block on a line of the same number. */
    String source(String packageName) {
        if (type() != null) {
            return "package " + packageName + "; " + code;
        }
        String imports =
                IMPORT.matcher(code).results().map(found -> found.group() + " ").collect(Collectors.joining());
        return "package " + packageName + "; " + IMPORTS + imports + "class Fragment extends " + Cast.class.getName()
                + " { void run() throws Exception { "
                + IMPORT.matcher(code).replaceAll("") + "}}\n";
    }
}
