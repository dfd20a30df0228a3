package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.protocol.auth.Nonce;
import dev.mysqlproxy.protocol.auth.PasswordMethod;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code mysql.password}: {@code hash}, {@code scramble}, {@code unscramble} and {@code check} for {@code
 * mysql_native_password}. New: {@code sha256_hash(s)}, {@code sha256_scramble(challenge, password)}, {@code
 * sha256_check(challenge, response, double_hash)} for {@code caching_sha2_password}, and {@code equals(a, b)}, which
 * takes as long for strings that differ at the beginning as for equal ones.
 *
 * <p>Challenges have 20 bytes or, as greetings bring them, 21.
 */
final class PasswordModule {

    private static final String SHA1 = "SHA-1";
    private static final String SHA256 = "SHA-256";
    private static final int SHA1_LENGTH = 20;
    private static final int SHA256_LENGTH = 32;
    private static final int STEPS_SHIFT = 3;

    private final LuaState state;
    private final Host host;

    private PasswordModule(LuaState state, Host host) {
        this.state = state;
        this.host = host;
    }

    static LuaTable open(LuaState state, Host host) {
        PasswordModule module = new PasswordModule(state, host);
        return Library.open(state, "password", host.version(), "proving MySQL's passwords")
                .add("hash", args -> module.hash(SHA1, args))
                .add("scramble", module::scramble)
                .add("unscramble", module::unscramble)
                .add("check", module::check)
                .add("sha256_hash", args -> module.hash(SHA256, args))
                .add("sha256_scramble", module::sha256Scramble)
                .add("sha256_check", module::sha256Check)
                .add("equals", module::areEqual)
                .table();
    }

    private Varargs hash(String algorithm, Varargs args) {
        return Strings.lua(digest(algorithm, bytes(args, 1)));
    }

    private Varargs scramble(Varargs args) {
        byte[] challenge = bytes(args, 1);
        byte[] hash = bytes(args, 2);
        if (!isChallenge(challenge) || !hasLength("hash", hash, SHA1_LENGTH)) {
            return LuaValue.EMPTYSTRING;
        }
        return Strings.lua(xor(hash, digest(SHA1, nonce(challenge), digest(SHA1, hash))));
    }

    private Varargs unscramble(Varargs args) {
        return Strings.lua(unscrambled(bytes(args, 1), bytes(args, 2), bytes(args, 3)));
    }

    private Varargs check(Varargs args) {
        byte[] doubleHash = bytes(args, 3);
        byte[] hash = unscrambled(bytes(args, 1), bytes(args, 2), doubleHash);
        return LuaValue.valueOf(hash.length > 0 && MessageDigest.isEqual(digest(SHA1, hash), doubleHash));
    }

    /** The SHA-1 of the password that this response was made with, if it is right; empty for wrong lengths. */
    private byte[] unscrambled(byte[] challenge, byte[] response, byte[] doubleHash) {
        if (!isChallenge(challenge)
                || !hasLength("response", response, SHA1_LENGTH)
                || !hasLength("double hash", doubleHash, SHA1_LENGTH)) {
            return new byte[0];
        }
        return xor(response, digest(SHA1, nonce(challenge), doubleHash));
    }

    private Varargs sha256Scramble(Varargs args) {
        byte[] challenge = bytes(args, 1);
        byte[] password = bytes(args, 2);
        if (!isChallenge(challenge)) {
            return LuaValue.EMPTYSTRING;
        }
        return Strings.lua(PasswordMethod.CACHING_SHA2_PASSWORD.respond(password, nonce(challenge)));
    }

    private Varargs sha256Check(Varargs args) {
        byte[] challenge = bytes(args, 1);
        byte[] response = bytes(args, 2);
        byte[] doubleHash = bytes(args, 3);
        if (!isChallenge(challenge)
                || !hasLength("response", response, SHA256_LENGTH)
                || !hasLength("double hash", doubleHash, SHA256_LENGTH)) {
            return LuaValue.FALSE;
        }
        byte[] hash = xor(response, digest(SHA256, doubleHash, nonce(challenge)));
        return LuaValue.valueOf(MessageDigest.isEqual(digest(SHA256, hash), doubleHash));
    }

    private Varargs areEqual(Varargs args) {
        return LuaValue.valueOf(MessageDigest.isEqual(bytes(args, 1), bytes(args, 2)));
    }

    private byte[] bytes(Varargs args, int position) {
        LuaString string = Args.string(args, position);
        state.spend(string.m_length >> STEPS_SHIFT);
        state.building(string.m_length);
        return Strings.bytes(string);
    }

    private boolean isChallenge(byte[] challenge) {
        return challenge.length == Nonce.LENGTH + 1 || hasLength("challenge", challenge, Nonce.LENGTH);
    }

    private boolean hasLength(String what, byte[] value, int length) {
        if (value.length != length) {
            host.log(
                    Host.Level.CRITICAL,
                    "mysql.password: a " + what + " has " + length + " bytes, this one has " + value.length);
        }
        return value.length == length;
    }

    private static byte[] nonce(byte[] challenge) {
        return Arrays.copyOf(challenge, Nonce.LENGTH);
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has " + algorithm, e);
        }
    }

    private static byte[] xor(byte[] left, byte[] right) {
        byte[] result = new byte[left.length];
        for (int at = 0; at < result.length; at++) {
            result[at] = (byte) (left[at] ^ right[at]);
        }
        return result;
    }
}
