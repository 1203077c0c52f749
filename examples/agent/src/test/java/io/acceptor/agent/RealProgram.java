package io.acceptor.agent;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Servers of others, as they are on Maven Central, each with a client that is not ours either. */
enum RealProgram {
    /** Its clients speak first. */
    HSQLDB("awaitFirstByte=30s", "is online on port") {
        @Override
        List<String> command(int port) {
            return List.of(
                    "-cp",
                    JavaProgram.programs("hsqldb"),
                    "org.hsqldb.server.Server",
                    "--port",
                    Integer.toString(port),
                    "--database.0",
                    "mem:test",
                    "--dbname.0",
                    "test");
        }

        @Override
        void serveClient(int port) throws SQLException {
            query("jdbc:hsqldb:hsql://127.0.0.1:" + port + "/test", "SA", "");
        }
    },

    /** Its clients speak first. */
    DERBY("awaitFirstByte=30s", "started and ready to accept connections") {
        @Override
        List<String> command(int port) {
            return List.of(
                    "-cp",
                    JavaProgram.programs("derby", "derbynet", "derbyshared", "derbytools"),
                    "org.apache.derby.drda.NetworkServerControl",
                    "start",
                    "-h",
                    "127.0.0.1",
                    "-p",
                    Integer.toString(port),
                    "-noSecurityManager");
        }

        @Override
        void serveClient(int port) throws SQLException {
            query("jdbc:derby://127.0.0.1:" + port + "/memory:test;create=true", "app", "app");
        }
    },

    /** A mail server for tests. It speaks first: those who are silent reach it, once they have stayed. */
    GREENMAIL("settle=300ms", "Starting GreenMail") {
        @Override
        List<String> command(int port) {
            return List.of(
                    "-Dgreenmail.smtp.hostname=127.0.0.1",
                    "-Dgreenmail.smtp.port=" + port,
                    "-jar",
                    JavaProgram.programs("greenmail-standalone"));
        }

        @Override
        void serveClient(int port) throws Exception {
            Process curl = new ProcessBuilder(
                            "curl",
                            "--silent",
                            "--show-error",
                            "--max-time",
                            "20",
                            "smtp://127.0.0.1:" + port,
                            "--mail-from",
                            "a@example.org",
                            "--mail-rcpt",
                            "b@example.org",
                            "--upload-file",
                            "-")
                    .redirectErrorStream(true)
                    .start();
            try (OutputStream mail = curl.getOutputStream()) {
                mail.write("Subject: 42\r\n\r\n42\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            String said = new String(curl.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            if (curl.waitFor() != 0) {
                throw new IOException("curl: " + said);
            }
        }
    },

    /** Netty's own example, which speaks first. */
    NETTY_4_1("settle=300ms", "BIND") {
        @Override
        List<String> command(int port) {
            return telnetServer("netty-4.1", port);
        }

        @Override
        void serveClient(int port) throws IOException {
            talk(port);
        }
    },

    /** Netty's own example, which speaks first. */
    NETTY_4_2("settle=300ms", "BIND") {
        @Override
        List<String> command(int port) {
            return telnetServer("netty-4.2", port);
        }

        @Override
        void serveClient(int port) throws IOException {
            talk(port);
        }
    };

    private final String agentOptions;
    private final Pattern ready;

    RealProgram(String agentOptions, String ready) {
        this.agentOptions = agentOptions;
        this.ready = Pattern.compile(ready);
    }

    abstract List<String> command(int port);

    /** Has a client served to the end; throws if it is not. */
    abstract void serveClient(int port) throws Exception;

    /** Under the agent, with metrics. */
    JavaProgram startWithAgent(Path folder, int port) throws IOException {
        List<String> command = new ArrayList<>(List.of(JavaProgram.agent(agentOptions + ",metrics=0")));
        command.addAll(command(port));
        return JavaProgram.start(folder, command);
    }

    JavaProgram startWithout(Path folder, int port) throws IOException {
        return JavaProgram.start(folder, command(port));
    }

    void awaitReady(JavaProgram program, int port) {
        program.find(ready);
        await().pollDelay(Duration.ZERO).ignoreException(ConnectException.class).until(() -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    /** Whether who connects and stays silent is kept from the program, however long. */
    boolean keepsSilentAway() {
        return agentOptions.startsWith("awaitFirstByte");
    }

    private static void query(String address, String user, String password) throws SQLException {
        DriverManager.setLoginTimeout(20);
        try (Connection connection = DriverManager.getConnection(address, user, password);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("VALUES 42")) {
            if (!result.next() || result.getInt(1) != 42) {
                throw new SQLException("another answer than 42");
            }
        }
    }

    private static List<String> telnetServer(String netty, int port) {
        return List.of(
                "-Dport=" + port,
                "-Dio.netty.noUnsafe=true", // or it warns on newer JDKs
                "-cp",
                JavaProgram.folder(netty) + "/*",
                "io.netty.example.telnet.TelnetServer");
    }

    /** A conversation with Netty's telnet server. */
    static void talk(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            String welcome = answers.readLine();
            String date = answers.readLine();
            socket.getOutputStream().write("bye\r\n".getBytes(StandardCharsets.US_ASCII));
            String farewell = answers.readLine();
            if (!("" + welcome).startsWith("Welcome") || !"Have a good day!".equals(farewell)) {
                throw new IOException(welcome + ", " + date + ", " + farewell);
            }
        }
    }
}
