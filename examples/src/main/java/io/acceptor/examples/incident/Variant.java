package io.acceptor.examples.incident;

import java.util.List;

/** The five servers, and how each differs from the black box. */
enum Variant {
    BLACK_BOX("black box", "The black box", "", """
                     ServerSocket server = new ServerSocket(port);
                     listening(server);
                     while (true) {
                         Socket client = took(server.accept());
                         greet(client);
                         talk(client);
                     }
            """),

    AGENT("agent", "No line: the agent", """
            The black box, its class file not touched, started with -javaagent:acceptor-agent.jar. The agent gives it the
            socket of the next cure where it asks for a ServerSocket, for programs that nobody may change.""", BLACK_BOX.diff),

    DROP_IN("drop-in", "One line: the socket", """
            The socket accepts on a thread of its own, drops the dead, watches the others for 5 ms more, and gives
            accept() what is still alive. The loop is as it was: a connection that dies between the last look and
            the loop's write gets through, and hangs it.""", """
            -        ServerSocket server = new ServerSocket(port);
            +        ServerSocket server = new ResilientServerSocket(port);
                     listening(server);
                     while (true) {
                         Socket client = took(server.accept());
                         greet(client);
                         talk(client);
                     }
            """),

    GREETING_DROP_IN("drop-in that greets", "Two lines: the socket, and who greets", """
            The socket greets too, at once and with a write that cannot wait, and gives accept() those who have
            spoken. The loop has nothing left to fail at.""", """
            -        ServerSocket server = new ServerSocket(port);
            +        ServerSocket server = ResilientServerSocket.builder().greeting(GREETING).bind(port);
                     listening(server);
                     while (true) {
                         Socket client = took(server.accept());
            -            greet(client);
                         talk(client);
                     }
            """),

    ACCEPTOR("Acceptor", "No loop: an Acceptor", """
            The same greeting, and a handler that runs on a worker once the client has spoken.
            There is no loop to get wrong.""", """
            -        ServerSocket server = new ServerSocket(port);
            -        listening(server);
            -        while (true) {
            -            Socket client = took(server.accept());
            -            greet(client);
            -            talk(client);
            -        }
            +        Acceptor acceptor = Acceptor.builder()
            +                .greeting(GREETING)
            +                .handler(connection -> answer(connection.socket()))
            +                .start(port);
            +        listening(acceptor);
            """);

    private final String label;
    private final String title;
    private final String about;
    private final String diff;

    Variant(String label, String title, String about, String diff) {
        this.label = label;
        this.title = title;
        this.about = about;
        this.diff = diff;
    }

    String label() {
        return label;
    }

    String title() {
        return title;
    }

    /** What it does, in words. */
    String about() {
        return about;
    }

    /** Whether the loop goes on writing the greeting by itself. */
    boolean loopGreets() {
        return this == AGENT || this == DROP_IN;
    }

    /** Whether the program has the library's books; under the agent it does not know of them. */
    boolean hasBooks() {
        return this != AGENT;
    }

    Program program() {
        return switch (this) {
            case BLACK_BOX, AGENT -> new BlackBox();
            case DROP_IN -> new DropIn();
            case GREETING_DROP_IN -> new GreetingDropIn();
            case ACCEPTOR -> new WholeAcceptor();
        };
    }

    /** The body of {@link Program#serve}, as a diff from the black box's; a test holds it against the source. */
    List<String> diff() {
        return diff.lines().toList();
    }
}
