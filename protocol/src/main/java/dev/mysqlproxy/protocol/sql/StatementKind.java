package dev.mysqlproxy.protocol.sql;

import java.util.Locale;

/** What a statement is for, by its first words; see {@link StatementKinds}. */
public enum StatementKind {
    /** SELECT, TABLE, VALUES, HANDLER. */
    SELECT,
    INSERT,
    REPLACE,
    UPDATE,
    DELETE,
    /** LOAD DATA, LOAD XML, IMPORT TABLE. */
    LOAD,
    /** CALL, DO. */
    CALL,
    /** BEGIN, START TRANSACTION, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, XA, LOCK, SET TRANSACTION. */
    TRANSACTION,
    /** SET of anything else. */
    SET,
    USE,
    /** SHOW, DESCRIBE, EXPLAIN, HELP. */
    SHOW,
    /** PREPARE, EXECUTE and DEALLOCATE as statements. */
    PREPARE,
    /** Structure: CREATE, ALTER, DROP, RENAME, TRUNCATE, except accounts. */
    DDL,
    /** Accounts and what they may do: CREATE USER, GRANT, SET PASSWORD, SET ROLE, ... */
    DCL,
    /** Care of servers and tables: FLUSH, KILL, ANALYZE TABLE, CHANGE REPLICATION SOURCE, INSTALL, ... */
    ADMIN,
    /** Nothing, or something that is not known. */
    OTHER;

    private final String word = name().toLowerCase(Locale.ROOT);

    /** Its name in small letters. */
    public String word() {
        return word;
    }

    /** The kind of a statement, of the first of several. */
    public static StatementKind of(byte[] statement) {
        return new StatementKinds().read(statement, 0, statement.length).first();
    }
}
