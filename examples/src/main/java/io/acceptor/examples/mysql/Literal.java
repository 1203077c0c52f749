package io.acceptor.examples.mysql;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The one value of a result.
 *
 * @param name the column's name: what was selected
 * @param value its value, as text
 */
record Literal(String name, String value) {
    private static final Pattern SELECT =
            Pattern.compile("\\s*select\\s+(.+?)(\\s+limit\\s+1)?\\s*;?\\s*", Pattern.CASE_INSENSITIVE);

    private static final Pattern TEXT = Pattern.compile("'([^'\\\\]*)'");
    private static final Pattern NUMBER = Pattern.compile("-?\\d{1,18}");
    /** VAR_STRING. */
    private static final int TYPE = 0xfd;
    /** After it a column's fixed part is this long. */
    private static final int FIXED_PART = 12;

    /** Whether a statement only sets something, as clients do when they start. */
    static boolean isSetting(String sql) {
        return sql.toLowerCase(Locale.ROOT).startsWith("set ");
    }

    /** What a statement selects; empty if that is more than this example knows. */
    static Optional<Literal> selected(String sql, int connectionId, String database) {
        Matcher matcher = SELECT.matcher(sql);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String expression = matcher.group(1);
        return value(expression, connectionId, database).map(value -> new Literal(expression, value));
    }

    private static Optional<String> value(String expression, int connectionId, String database) {
        Matcher text = TEXT.matcher(expression);
        if (text.matches()) {
            return Optional.of(text.group(1));
        }
        if (NUMBER.matcher(expression).matches()) {
            return Optional.of(expression);
        }
        return Optional.ofNullable(
                switch (expression.toLowerCase(Locale.ROOT)) {
                    case "@@version" -> Handshake.VERSION;
                    case "@@version_comment" -> "an example of Acceptor";
                    case "connection_id()" -> Integer.toString(connectionId);
                    case "database()" -> database;
                    default -> null;
                });
    }

    /** One column, one row. */
    byte[][] resultSet() {
        byte[] columns = new Payload().uint8(1).toBytes();
        byte[] row = new Payload().counted(value).toBytes();
        return new byte[][] {columns, column(), Payload.endOfPart(), row, Payload.endOfPart()};
    }

    /** Catalog, schema, table twice, name twice; character set, length, type, flags, decimals, two zeros. */
    private byte[] column() {
        return new Payload()
                .counted("def")
                .counted("")
                .counted("")
                .counted("")
                .counted(name)
                .counted("")
                .uint8(FIXED_PART)
                .uint16(Payload.UTF8)
                .uint32(value.length())
                .uint8(TYPE)
                .uint16(0)
                .uint8(0)
                .uint16(0)
                .toBytes();
    }
}
