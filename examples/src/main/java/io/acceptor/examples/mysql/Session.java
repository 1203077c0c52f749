package io.acceptor.examples.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.acceptor.Connection;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;

/** A client's conversation, from its first byte on. Runs on one worker. */
final class Session {
    private static final int QUIT = 1;
    private static final int INIT_DB = 2;
    private static final int QUERY = 3;
    private static final int PING = 14;

    /** MySQL's connect_timeout and wait_timeout, in milliseconds. */
    private static final int LOGIN_TIMEOUT = 10_000;

    private static final int IDLE_TIMEOUT = 28_800_000;

    private final Connection connection;
    private final Account account;
    private final Handshake handshake;
    private final Packets packets;
    private String database = "";

    Session(Connection connection, Account account) {
        this.connection = connection;
        this.account = account;
        this.handshake = Handshake.of(connection.greeting()); // what this very client was sent
        this.packets = new Packets(connection.input(), connection.output());
    }

    void run() throws IOException {
        try {
            connection.socket().setSoTimeout(LOGIN_TIMEOUT);
            if (loggedIn()) {
                connection.socket().setSoTimeout(IDLE_TIMEOUT);
                answerCommands();
            }
        } catch (MysqlError refused) {
            answer(refused.payload());
        } catch (SocketTimeoutException idle) {
            // Then it is closed, as MySQL does.
        }
    }

    /** False if the client has left. */
    private boolean loggedIn() throws IOException, MysqlError {
        byte[] payload = packets.read();
        if (payload == null) {
            return false;
        }
        Login login = Login.parse(payload);
        if (!account.admits(login, handshake.scramble())) {
            throw MysqlError.accessDenied(
                    login, connection.remoteAddress().getAddress().getHostAddress());
        }
        database = login.database();
        answer(Payload.ok());
        return true;
    }

    private void answerCommands() throws IOException, MysqlError {
        byte[] command = packets.read();
        while (command != null && command.length > 0 && command[0] != QUIT) {
            answer(command[0], new String(command, 1, command.length - 1, UTF_8));
            command = packets.read();
        }
    }

    private void answer(int command, String argument) throws IOException {
        switch (command) {
            case PING -> answer(Payload.ok());
            case INIT_DB -> {
                database = argument;
                answer(Payload.ok());
            }
            case QUERY -> query(argument);
            default -> answer(MysqlError.unknownCommand().payload());
        }
    }

    private void query(String sql) throws IOException {
        if (Literal.isSetting(sql)) {
            answer(Payload.ok());
            return;
        }
        Optional<Literal> literal = Literal.selected(sql, handshake.connectionId(), database);
        if (literal.isPresent()) {
            answer(literal.get().resultSet());
        } else {
            answer(MysqlError.onlyLiterals().payload());
        }
    }

    private void answer(byte[]... payloads) throws IOException {
        for (byte[] payload : payloads) {
            packets.write(payload);
        }
        packets.flush();
    }
}
