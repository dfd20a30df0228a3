package dev.mysqlproxy.plugin.admin.account;

import dev.mysqlproxy.api.admin.AdminCommand.Role;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.listener.Credential;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of accounts: one a line, made of name, role, and a hash or a password in double quotes. A name with blanks
 * in it
 * stands in double quotes. What begins with {@code #} is a comment.
 *
 * <pre>
 * # name   role       hash or "password"
 * alice    admin      $A$005$...
 * bob      operator   *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19
 * carol    reader     "her password"
 * </pre>
 */
final class UsersFile {

    private static final int MAX_BYTES = 256 * 1024;

    private static final Pattern LINE =
            Pattern.compile("(?:\"([^\"]*)\"|([^\\s\"#]\\S*))\\s+([A-Za-z]+)\\s+(?:\"(.*)\"|(\\S.*))");
    /** The forms that the proxy can check; that a hash is whole it finds out itself. */
    private static final Pattern HASH =
            Pattern.compile("\\*[0-9A-Fa-f]{40}|\\$A\\$[0-9A-Fa-f]{3}\\$.{63}|\\$5\\$.+|0[xX]24(?:[0-9A-Fa-f]{2})+");

    private UsersFile() {}

    static List<Account> read(SecretFile file) throws StartException {
        byte[] bytes = file.read(MAX_BYTES);
        if (bytes.length == MAX_BYTES) {
            throw file.refused("it has more than " + MAX_BYTES + " bytes", null);
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw file.refused("it is not UTF-8; write hashes with other bytes in hexadecimal (0x...)", null);
        }
        List<Account> accounts = new ArrayList<>();
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                Account account = account(file, number, stripped);
                if (accounts.stream().anyMatch(other -> other.name().equals(account.name()))) {
                    throw wrong(file, number, "there is such a user already");
                }
                accounts.add(account);
            }
        }
        if (accounts.isEmpty()) {
            throw file.refused("it has no accounts", null);
        }
        return accounts;
    }

    private static Account account(SecretFile file, int number, String line) throws StartException {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            throw wrong(file, number, "write: name role hash, or: name role \"password\"");
        }
        String name = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        if (name.isEmpty()) {
            throw wrong(file, number, "the name must not be empty");
        }
        return new Account(name, role(file, number, matcher.group(3)), credential(file, number, matcher));
    }

    private static Role role(SecretFile file, int number, String word) throws StartException {
        try {
            return Role.valueOf(word.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw wrong(file, number, "the role is reader, operator or admin");
        }
    }

    private static Credential credential(SecretFile file, int number, Matcher matcher) throws StartException {
        String password = matcher.group(4);
        if (password != null) {
            if (password.isEmpty()) {
                throw wrong(file, number, "the password must not be empty");
            }
            return new Credential.Password(password.getBytes(StandardCharsets.UTF_8));
        }
        String hash = matcher.group(5);
        if (!HASH.matcher(hash).matches()) {
            // which is not shown: it can be a password
            throw wrong(
                    file,
                    number,
                    "this is no hash of mysql.user (*..., $A$005$..., $5$... or 0x24...); a password stands in double"
                            + " quotes");
        }
        return new Credential.Hash(hash);
    }

    private static StartException wrong(SecretFile file, int number, String why) {
        return file.refused("line " + number + ": " + why, null);
    }
}
