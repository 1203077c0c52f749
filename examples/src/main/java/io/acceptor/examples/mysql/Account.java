package io.acceptor.examples.mysql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Who may log in, checked by {@code mysql_native_password}: the client sends SHA1(password) XOR SHA1(scramble +
 * SHA1(SHA1(password))), so the server keeps only the double hash, and each answer fits one scramble.
 */
final class Account {
    private final String user;
    private final byte[] passwordHash; // SHA1(SHA1(password)); empty for no password

    private Account(String user, byte[] passwordHash) {
        this.user = user;
        this.passwordHash = passwordHash;
    }

    /** An empty password is none: the client then sends an empty answer. */
    static Account of(String user, String password) {
        byte[] hash = password.isEmpty() ? new byte[0] : sha1(sha1(password.getBytes(StandardCharsets.UTF_8)));
        return new Account(user, hash);
    }

    /** Whether this login answers this scramble. */
    boolean admits(Login login, byte[] scramble) {
        return login.user().equals(user) && knowsPassword(login.answer(), scramble);
    }

    private boolean knowsPassword(byte[] answer, byte[] scramble) {
        byte[] mask = sha1(scramble, passwordHash);
        if (passwordHash.length == 0 || answer.length != mask.length) {
            return passwordHash.length == answer.length;
        }
        byte[] once = new byte[mask.length];
        for (int i = 0; i < once.length; i++) {
            once[i] = (byte) (answer[i] ^ mask[i]);
        }
        return MessageDigest.isEqual(sha1(once), passwordHash);
    }

    private static byte[] sha1(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-1");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
