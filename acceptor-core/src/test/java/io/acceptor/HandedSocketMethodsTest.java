package io.acceptor;

import static io.acceptor.HandedSocketPair.assertNoDifference;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every public method of the running JDK's Socket, in every state, answers as it does on a plain accepted socket. */
class HandedSocketMethodsTest {
    /** JDK 17 and 25 do not spell the message alike. */
    private static final Set<String> CLASS_ONLY = Set.of("connect");

    /** After shutdownOutput() a plain socket throws a bare IOException here and a SocketException everywhere else. */
    private static final Set<String> MESSAGE_ONLY = Set.of("sendUrgentData");

    private enum State {
        OPEN {
            @Override
            void bringAbout(Socket accepted) {}
        },
        INPUT_SHUT {
            @Override
            void bringAbout(Socket accepted) throws Exception {
                accepted.shutdownInput();
            }
        },
        OUTPUT_SHUT {
            @Override
            void bringAbout(Socket accepted) throws Exception {
                accepted.shutdownOutput();
            }
        },
        SHUT_AND_CLOSED {
            @Override
            void bringAbout(Socket accepted) throws Exception {
                accepted.shutdownInput();
                accepted.shutdownOutput();
                accepted.close();
            }
        },
        CLOSED {
            @Override
            void bringAbout(Socket accepted) throws Exception {
                accepted.close();
            }
        };

        abstract void bringAbout(Socket accepted) throws Exception;
    }

    @ParameterizedTest
    @MethodSource("everyMethodInEveryState")
    void answersAsAPlainSocket(Method method, State state) throws Exception {
        for (Object[] arguments : argumentsOf(method)) {
            assertNoDifference((accepted, client) -> {
                state.bringAbout(accepted);
                return call(method, accepted, arguments) + " then " + lookOf(accepted);
            });
        }
    }

    @Test
    void inheritsNoMethodThatWouldAnswerForTheSuperclass() throws Exception {
        for (Method method : socketMethods()) {
            Method ours = HandedSocket.class.getMethod(method.getName(), method.getParameterTypes());
            assertThat(ours.getDeclaringClass()).as(method.toString()).isNotEqualTo(Socket.class);
        }
    }

    private static Stream<Arguments> everyMethodInEveryState() {
        return socketMethods().stream()
                .flatMap(method -> Stream.of(State.values()).map(state -> Arguments.of(method, state)));
    }

    private static List<Method> socketMethods() {
        return Stream.of(Socket.class.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !Modifier.isFinal(method.getModifiers()))
                .toList();
    }

    private static String call(Method method, Socket accepted, Object[] arguments) throws Exception {
        try {
            return textOf(method.invoke(accepted, arguments), accepted);
        } catch (InvocationTargetException e) {
            Throwable thrown = e.getCause();
            String type = MESSAGE_ONLY.contains(method.getName())
                    ? "exception"
                    : thrown.getClass().getName();
            return CLASS_ONLY.contains(method.getName()) ? type : type + ": " + thrown.getMessage();
        }
    }

    private static String textOf(Object result, Socket accepted) {
        if (result instanceof InputStream || result instanceof OutputStream) {
            return "a stream";
        }
        if (result == accepted) {
            return "itself";
        }
        if (result instanceof Set<?> options) {
            return options.stream().map(String::valueOf).sorted().toList().toString();
        }
        return String.valueOf(result);
    }

    /** What can be seen of a socket without a failure. */
    private static String lookOf(Socket socket) {
        return List.of(
                        socket.isBound(),
                        socket.isConnected(),
                        socket.isClosed(),
                        socket.isInputShutdown(),
                        socket.isOutputShutdown(),
                        socket)
                .toString();
    }

    /** Every combination of telling values. */
    private static List<Object[]> argumentsOf(Method method) {
        List<Object[]> combinations = new ArrayList<>();
        combinations.add(new Object[0]);
        for (Class<?> type : method.getParameterTypes()) {
            List<Object[]> longer = new ArrayList<>();
            for (Object[] head : combinations) {
                for (Object value : valuesOf(type)) {
                    Object[] more = Arrays.copyOf(head, head.length + 1);
                    more[head.length] = value;
                    longer.add(more);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    private static List<?> valuesOf(Class<?> type) {
        if (type == boolean.class) {
            return List.of(true, false);
        }
        if (type == int.class) {
            return List.of(-1, 0, 1, 200, 70_000);
        }
        if (type == SocketAddress.class) {
            return Arrays.asList(
                    null,
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 9),
                    InetSocketAddress.createUnresolved("nowhere.invalid", 9));
        }
        if (type == SocketOption.class) {
            return Arrays.asList(null, StandardSocketOptions.SO_LINGER, StandardSocketOptions.IP_MULTICAST_TTL);
        }
        assertThat(type).as("a type that this test has values for").isEqualTo(Object.class);
        return Arrays.asList(null, 3, -3, "three");
    }
}
