package io.acceptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every public method of {@link ServerSocket}, in every state, on a plain one and on a {@link ResilientServerSocket}: what it
 * gives, what it throws, and what the socket says of itself afterwards must be the same.
 */
@Timeout(60)
class ResilientServerSocketContractTest {
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(LOOPBACK, 0);
    private static final InetSocketAddress UNRESOLVED = InetSocketAddress.createUnresolved("host.invalid", 4000);
    /** TEST-NET-1 of RFC 5737: nobody's address, so certainly not ours. */
    private static final InetSocketAddress FOREIGN = new InetSocketAddress(byBytes(192, 0, 2, 1), 0);

    /** The one option that a ServerSocket has and a ServerSocketChannel has not; see {@link #ipTosIsTheOneOptionMissing}. */
    private static final SocketOption<Integer> NOT_OF_A_CHANNEL = StandardSocketOptions.IP_TOS;

    /** Something to do with a server socket. */
    private record Operation(String method, String call, Body body) {
        @Override
        public String toString() {
            return call;
        }
    }

    private interface Body {
        Object run(ServerSocket socket) throws Exception;
    }

    private interface Act {
        void run(ServerSocket socket) throws Exception;
    }

    /** How a socket gets into a state, from new. */
    private enum State {
        UNBOUND(socket -> {}),
        BOUND(socket -> socket.bind(ANY_PORT)),
        BOUND_TO_ALL(socket -> socket.bind(new InetSocketAddress(0))),
        BOUND_TO_ALL_BY_NULL(socket -> socket.bind(null)),
        BOUND_BY_NAME(socket -> socket.bind(new InetSocketAddress(InetAddress.getByName("localhost"), 0), 7)),
        CLOSED_UNBOUND(ServerSocket::close),
        CLOSED_BOUND(socket -> {
            socket.bind(ANY_PORT);
            socket.close();
        }),
        AFTER_FAILED_BIND(State::failToBind),
        CLOSED_AFTER_FAILED_BIND(socket -> {
            failToBind(socket);
            socket.close();
        }),
        BOUND_AFTER_FAILED_BIND(socket -> {
            failToBind(socket);
            socket.bind(ANY_PORT);
        }),
        BOUND_AFTER_TIMEOUT(socket -> {
            socket.bind(ANY_PORT);
            socket.setSoTimeout(1);
            assertThat(outcomeOf(socket, ServerSocket::accept)).contains("SocketTimeoutException");
            socket.setSoTimeout(0);
        }),
        DURING_ACCEPT(socket -> socket.bind(ANY_PORT));

        @SuppressWarnings("ImmutableEnumChecker") // an interface of ours: none of the functions has a state
        final Act enter;

        State(Act enter) {
            this.enter = enter;
        }

        private static void failToBind(ServerSocket socket) throws IOException {
            try (ServerSocket occupant = new ServerSocket(0, 1, LOOPBACK)) {
                assertThat(outcomeOf(socket, each -> bind(each, occupant.getLocalSocketAddress())))
                        .contains("BindException");
            }
        }
    }

    private static final List<Operation> OPERATIONS = operations();

    private static List<Operation> operations() {
        List<Operation> all = new ArrayList<>();
        all.add(new Operation("bind(SocketAddress)", "bind(loopback:0)", socket -> bind(socket, ANY_PORT)));
        all.add(new Operation("bind(SocketAddress)", "bind(null)", socket -> bind(socket, null)));
        all.add(new Operation("bind(SocketAddress)", "bind(unresolved)", socket -> bind(socket, UNRESOLVED)));
        all.add(new Operation("bind(SocketAddress)", "bind(foreign address)", socket -> bind(socket, FOREIGN)));
        all.add(new Operation(
                "bind(SocketAddress)",
                "bind(not an IP address)",
                socket -> bind(socket, UnixDomainSocketAddress.of("/nowhere"))));
        all.add(new Operation("bind(SocketAddress)", "bind(occupied)", socket -> {
            try (ServerSocket occupant = new ServerSocket(0, 1, LOOPBACK)) {
                return bind(socket, occupant.getLocalSocketAddress());
            }
        }));
        for (int backlog : new int[] {-1, 0, 1, 50}) {
            all.add(new Operation(
                    "bind(SocketAddress, int)",
                    "bind(loopback:0, " + backlog + ")",
                    socket -> bind(socket, ANY_PORT, backlog)));
        }
        all.add(new Operation("bind(SocketAddress, int)", "bind(null, 3)", socket -> bind(socket, null, 3)));
        all.add(new Operation(
                "bind(SocketAddress, int)", "bind(unresolved, 3)", socket -> bind(socket, UNRESOLVED, 3)));
        all.add(new Operation("getInetAddress()", "getInetAddress()", ServerSocket::getInetAddress));
        all.add(new Operation(
                "getInetAddress()", "getInetAddress() as text", socket -> String.valueOf(socket.getInetAddress())));
        all.add(new Operation("getLocalPort()", "getLocalPort()", ServerSocket::getLocalPort));
        all.add(new Operation(
                "getLocalSocketAddress()", "getLocalSocketAddress()", ServerSocket::getLocalSocketAddress));
        all.add(new Operation("accept()", "accept() for 20 ms", socket -> {
            if (!socket.isClosed()) {
                socket.setSoTimeout(20);
            }
            return socket.accept();
        }));
        all.add(new Operation("close()", "close()", socket -> nothing(ServerSocket::close, socket)));
        all.add(new Operation("close()", "close() twice", socket -> {
            socket.close();
            return nothing(ServerSocket::close, socket);
        }));
        all.add(new Operation("getChannel()", "getChannel()", ServerSocket::getChannel));
        all.add(new Operation("isBound()", "isBound()", ServerSocket::isBound));
        all.add(new Operation("isClosed()", "isClosed()", ServerSocket::isClosed));
        for (int timeout : new int[] {-1, 0, 77}) {
            all.add(new Operation("setSoTimeout(int)", "setSoTimeout(" + timeout + ")", socket -> {
                socket.setSoTimeout(timeout);
                return socket.getSoTimeout();
            }));
        }
        all.add(new Operation("getSoTimeout()", "getSoTimeout()", ServerSocket::getSoTimeout));
        for (boolean on : new boolean[] {true, false}) {
            all.add(new Operation("setReuseAddress(boolean)", "setReuseAddress(" + on + ")", socket -> {
                socket.setReuseAddress(on);
                return socket.getReuseAddress();
            }));
        }
        all.add(new Operation("getReuseAddress()", "getReuseAddress()", ServerSocket::getReuseAddress));
        all.add(new Operation("toString()", "toString()", ServerSocket::toString));
        for (int size : new int[] {-1, 0, 1, 20_000}) {
            all.add(new Operation("setReceiveBufferSize(int)", "setReceiveBufferSize(" + size + ")", socket -> {
                socket.setReceiveBufferSize(size);
                return socket.getReceiveBufferSize();
            }));
        }
        all.add(new Operation("getReceiveBufferSize()", "getReceiveBufferSize()", ServerSocket::getReceiveBufferSize));
        all.add(new Operation(
                "setPerformancePreferences(int, int, int)",
                "setPerformancePreferences(1, 2, 3)",
                socket -> nothing(each -> each.setPerformancePreferences(1, 2, 3), socket)));
        all.add(option(StandardSocketOptions.SO_REUSEADDR, true));
        all.add(option(StandardSocketOptions.SO_REUSEADDR, null));
        all.add(option(StandardSocketOptions.SO_REUSEPORT, true));
        all.add(option(StandardSocketOptions.SO_RCVBUF, 20_000));
        all.add(option(StandardSocketOptions.SO_RCVBUF, -1));
        all.add(option(StandardSocketOptions.SO_LINGER, 1));
        all.add(option(StandardSocketOptions.TCP_NODELAY, true));
        all.add(option(null, true));
        for (SocketOption<?> name : Arrays.asList(
                StandardSocketOptions.SO_REUSEADDR,
                StandardSocketOptions.SO_REUSEPORT,
                StandardSocketOptions.SO_RCVBUF,
                StandardSocketOptions.SO_SNDBUF,
                StandardSocketOptions.SO_LINGER,
                null)) {
            all.add(new Operation(
                    "getOption(SocketOption)", "getOption(" + name + ")", socket -> socket.getOption(name)));
        }
        all.add(new Operation("supportedOptions()", "supportedOptions()", socket -> {
            Set<SocketOption<?>> options = new HashSet<>(socket.supportedOptions());
            options.remove(NOT_OF_A_CHANNEL);
            return options;
        }));
        return all;
    }

    private static <T> Operation option(SocketOption<T> name, T value) {
        return new Operation("setOption(SocketOption, Object)", "setOption(" + name + ", " + value + ")", socket -> {
            assertThat(socket.setOption(name, value)).isSameAs(socket);
            return socket.getOption(name);
        });
    }

    static Stream<Arguments> everyMethodInEveryState() {
        return Stream.of(State.values())
                .flatMap(state -> OPERATIONS.stream().map(operation -> Arguments.of(state, operation)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void everyMethodInEveryState(State state, Operation operation) throws Exception {
        List<String> plain = script(new ServerSocket(), state, operation);
        List<String> resilient = script(new ResilientServerSocket(), state, operation);
        assertThat(resilient).isEqualTo(plain);
    }

    /** Everything that can be seen of one operation in one state. */
    private static List<String> script(ServerSocket socket, State state, Operation operation) throws Exception {
        try (socket) {
            state.enter.run(socket);
            CompletableFuture<String> waiter = state == State.DURING_ACCEPT ? acceptInTheBackground(socket) : null;
            List<String> seen = new ArrayList<>();
            seen.add(outcomeOf(socket, operation.body));
            seen.addAll(whatItSaysOfItself(socket));
            socket.close();
            if (waiter != null) {
                seen.add("the waiter: " + waiter.get(20, TimeUnit.SECONDS));
            }
            seen.addAll(whatItSaysOfItself(socket));
            return seen;
        }
    }

    private static CompletableFuture<String> acceptInTheBackground(ServerSocket socket) {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        Thread thread = new Thread(() -> outcome.complete(outcomeOf(socket, ServerSocket::accept)), "waiter");
        thread.setDaemon(true);
        thread.start();
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2)).until(() -> isInAccept(thread));
        return outcome;
    }

    /** Ours is parked then; a plain one is in the system call, which counts as running. */
    private static boolean isInAccept(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && Set.of("park", "accept", "poll").contains(stack[0].getMethodName());
    }

    private static List<String> whatItSaysOfItself(ServerSocket socket) {
        Body text = ServerSocket::toString;
        Body timeout = ServerSocket::getSoTimeout;
        Body local = ServerSocket::getLocalSocketAddress;
        return List.of(
                "bound " + socket.isBound(),
                "closed " + socket.isClosed(),
                "text " + outcomeOf(socket, text),
                "timeout " + outcomeOf(socket, timeout),
                "local " + outcomeOf(socket, local));
    }

    private static String outcomeOf(ServerSocket socket, Body body) {
        try {
            Object value = body.run(socket);
            return canonical(
                    socket,
                    value instanceof Set<?> set
                            ? set.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "))
                            : String.valueOf(value));
        } catch (Exception e) {
            return e.getClass().getName() + ": " + (messageIsItsOwn(e) ? canonical(socket, e.getMessage()) : "…");
        }
    }

    /** The system's words, which are ours to embed: an address that cannot be bound. */
    private static boolean messageIsItsOwn(Exception e) {
        return !(e instanceof java.net.BindException);
    }

    /** Two sockets have two ports. */
    private static String canonical(ServerSocket socket, String text) {
        return socket.getLocalPort() > 0 && text != null
                ? text.replace(String.valueOf(socket.getLocalPort()), "<port>")
                : String.valueOf(text);
    }

    private static Object nothing(Act act, ServerSocket socket) throws Exception {
        act.run(socket);
        return "nothing";
    }

    private static Object bind(ServerSocket socket, SocketAddress address) throws IOException {
        socket.bind(address);
        return "bound";
    }

    private static Object bind(ServerSocket socket, SocketAddress address, int backlog) throws IOException {
        socket.bind(address, backlog);
        return "bound";
    }

    private static InetAddress byBytes(int... bytes) {
        byte[] address = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            address[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(address);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void noPublicMethodIsLeftOut() {
        Set<String> methods = new TreeSet<>();
        for (Method method : ServerSocket.class.getMethods()) {
            if (method.getDeclaringClass() == ServerSocket.class && !Modifier.isStatic(method.getModifiers())) {
                methods.add(method.getName()
                        + Stream.of(method.getParameterTypes())
                                .map(Class::getSimpleName)
                                .collect(Collectors.joining(", ", "(", ")")));
            }
        }
        Set<String> covered = new TreeSet<>();
        OPERATIONS.forEach(operation -> covered.add(operation.method));
        assertThat(covered).isEqualTo(methods);
    }

    @Test
    void ipTosIsTheOneOptionMissing() throws IOException {
        try (ServerSocket socket = new ResilientServerSocket()) {
            assertThat(socket.supportedOptions()).doesNotContain(NOT_OF_A_CHANNEL);
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> socket.setOption(NOT_OF_A_CHANNEL, 8));
        }
    }

    /** How a socket is made: what the constructors bind to, and what they refuse. */
    private interface Maker {
        ServerSocket make(boolean resilient) throws Exception;
    }

    static Stream<Arguments> everyConstructor() throws IOException {
        InetAddress named = InetAddress.getByName("localhost");
        return Stream.of(
                constructor("()", resilient -> resilient ? new ResilientServerSocket() : new ServerSocket()),
                constructor("(0)", resilient -> resilient ? new ResilientServerSocket(0) : new ServerSocket(0)),
                constructor("(-1)", resilient -> resilient ? new ResilientServerSocket(-1) : new ServerSocket(-1)),
                constructor(
                        "(65536)", resilient -> resilient ? new ResilientServerSocket(65536) : new ServerSocket(65536)),
                constructor(
                        "(0, -1)", resilient -> resilient ? new ResilientServerSocket(0, -1) : new ServerSocket(0, -1)),
                constructor(
                        "(0, 0)", resilient -> resilient ? new ResilientServerSocket(0, 0) : new ServerSocket(0, 0)),
                constructor(
                        "(0, 5)", resilient -> resilient ? new ResilientServerSocket(0, 5) : new ServerSocket(0, 5)),
                constructor(
                        "(0, 5, null)",
                        resilient -> resilient ? new ResilientServerSocket(0, 5, null) : new ServerSocket(0, 5, null)),
                constructor(
                        "(0, 5, localhost)",
                        resilient ->
                                resilient ? new ResilientServerSocket(0, 5, named) : new ServerSocket(0, 5, named)),
                constructor(
                        "(0, 5, foreign address)",
                        resilient -> resilient
                                ? new ResilientServerSocket(0, 5, FOREIGN.getAddress())
                                : new ServerSocket(0, 5, FOREIGN.getAddress())),
                constructor("(occupied)", resilient -> {
                    try (ServerSocket occupant = new ServerSocket(0)) {
                        int port = occupant.getLocalPort();
                        return resilient ? new ResilientServerSocket(port) : new ServerSocket(port);
                    }
                }));
    }

    private static Arguments constructor(String call, Maker maker) {
        return Arguments.of(call, maker);
    }

    @ParameterizedTest(name = "new {0}")
    @MethodSource
    void everyConstructor(String call, Maker maker) {
        assertThat(made(maker, true)).as(call).isEqualTo(made(maker, false));
    }

    private static List<String> made(Maker maker, boolean resilient) {
        try (ServerSocket socket = maker.make(resilient)) {
            return whatItSaysOfItself(socket);
        } catch (Exception e) {
            boolean own = messageIsItsOwn(e) && !(e instanceof IllegalArgumentException);
            return List.of(e.getClass().getName() + ": " + (own ? e.getMessage() : "…"));
        }
    }

    @Test
    void aFailedBindNamesTheAddress() throws IOException {
        try (ServerSocket occupant = new ServerSocket(0, 1, LOOPBACK);
                ServerSocket socket = new ResilientServerSocket()) {
            assertThat(outcomeMessage(socket, occupant.getLocalSocketAddress()))
                    .contains("cannot bind 127.0.0.1:" + occupant.getLocalPort());
            assertThat(outcomeMessage(socket, FOREIGN)).contains("cannot bind 192.0.2.1:0");
        }
    }

    private static String outcomeMessage(ServerSocket socket, SocketAddress address) throws IOException {
        try {
            socket.bind(address);
            return "bound";
        } catch (SocketException e) {
            return e.getMessage();
        }
    }
}
