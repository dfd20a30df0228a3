package dev.mysqlproxy.api.listener;

import java.util.Objects;

/** What is known of an account's password. */
public sealed interface Credential {

    /**
     * The password itself.
     *
     * @param utf8 its bytes; not copied, so not to be changed afterwards
     */
    record Password(byte[] utf8) implements Credential {
        public Password {
            Objects.requireNonNull(utf8, "utf8");
        }

        @Override
        public String toString() {
            return "Password";
        }
    }

    /**
     * A hash of it, as {@code mysql.user} has it: for mysql_native_password ({@code *} and 40 hexadecimal digits), for
     * caching_sha2_password ({@code $A$005$...}) or for sha256_password ({@code $5$...}), the latter two also in hexadecimal
     * ({@code 0x...}).
     *
     * @param text the hash
     */
    record Hash(String text) implements Credential {
        public Hash {
            Objects.requireNonNull(text, "text");
        }

        @Override
        public String toString() {
            return "Hash";
        }
    }
}
