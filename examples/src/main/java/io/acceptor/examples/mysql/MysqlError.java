package io.acceptor.examples.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What this server complains about, with MySQL's own numbers. Thrown, it ends the connection. */
final class MysqlError extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;
    private final String state;

    private MysqlError(int code, String state, String message) {
        super(message);
        this.code = code;
        this.state = state;
    }

    static MysqlError tooManyConnections() {
        return new MysqlError(1040, "08004", "Too many connections");
    }

    static MysqlError badHandshake() {
        return new MysqlError(1043, "08S01", "Bad handshake");
    }

    static MysqlError accessDenied(Login login, String host) {
        String usingPassword = login.answer().length == 0 ? "NO" : "YES";
        return new MysqlError(
                1045,
                "28000",
                "Access denied for user '%s'@'%s' (using password: %s)".formatted(login.user(), host, usingPassword));
    }

    static MysqlError unknownCommand() {
        return new MysqlError(1047, "08S01", "Unknown command");
    }

    static MysqlError onlyLiterals() {
        return new MysqlError(1064, "42000", "This is an example: it selects one literal at a time");
    }

    static MysqlError packetTooLong() {
        return new MysqlError(1153, "08S01", "Packet longer than this example takes");
    }

    /** As an answer. */
    byte[] payload() {
        return start().uint8('#').bytes(state.getBytes(UTF_8)).bytes(text()).toBytes();
    }

    /** In place of a handshake: the client has not said yet that it knows of states. */
    byte[] firstPayload() {
        return start().bytes(text()).toBytes();
    }

    private Payload start() {
        return new Payload().uint8(0xff).uint16(code);
    }

    private byte[] text() {
        return String.valueOf(getMessage()).getBytes(UTF_8);
    }
}
