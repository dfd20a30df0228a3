package dev.mysqlproxy.plugin.admin.sql;

/** A statement that cannot be answered, under MySQL's number for why. */
public final class SqlException extends Exception {

    private static final long serialVersionUID = 1L;

    /** Characters of the statement that a syntax error shows. */
    private static final int SHOWN = 80;

    private final int code;
    private final String sqlState;

    public SqlException(int code, String sqlState, String message) {
        super(message, null, false, false);
        this.code = code;
        this.sqlState = sqlState;
    }

    /** ER_PARSE_ERROR. */
    public static SqlException syntax(String rest, String why) {
        String shown = rest.length() <= SHOWN ? rest : rest.substring(0, SHOWN);
        return new SqlException(
                1064,
                "42000",
                "You have an error in your SQL syntax near '" + shown.strip() + "'"
                        + (why.isEmpty() ? "" : ": " + why));
    }

    /** MySQL's error number. */
    public int code() {
        return code;
    }

    /** Five characters. */
    public String sqlState() {
        return sqlState;
    }
}
