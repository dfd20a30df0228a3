package dev.mysqlproxy.api.view;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One command of a client, as a hook sees it. Valid only while the hook runs (a hook that answers later may keep it
 * until its answer is complete). Contents are decoded when first asked for; nothing is decoded that nobody asks for.
 */
public interface Command {

    /** The first byte of the payload, 0 to 255. */
    int code();

    /** The command's name; empty for a code that nobody has named. */
    default Optional<CommandType> type() {
        return CommandType.of(code());
    }

    /** Whether this is a command of the given type. */
    default boolean is(CommandType type) {
        return code() == type.code();
    }

    /** Length of the whole payload in bytes, command byte and attributes included. */
    long length();

    /**
     * Whether {@link #statement()} is all of it. A command longer than the proxy keeps for hooks
     * ({@code --max-hook-packet}) is shown by its beginning and can only be forwarded, answered or refused.
     */
    boolean complete();

    /**
     * What follows the command byte, without query attributes: the SQL text of COM_QUERY and COM_STMT_PREPARE, the
     * arguments of any other command. A copy: the caller may change it.
     */
    byte[] statement();

    /**
     * The beginning of {@link #statement()}; a copy.
     *
     * @param most how many bytes of it at most, 0 or more
     */
    default byte[] statement(int most) {
        byte[] statement = statement();
        return statement.length > most ? Arrays.copyOf(statement, most) : statement;
    }

    /**
     * Copies the beginning of {@link #statement()} to where the caller wants it, for those who look at every command.
     *
     * @param into array of the caller
     * @param offset where the copy begins in it
     * @param most how many bytes at most, 0 or more
     * @return how many bytes were copied
     * @throws IndexOutOfBoundsException when they don't fit into the array
     */
    default int copyStatement(byte[] into, int offset, int most) {
        byte[] statement = statement(most);
        System.arraycopy(statement, 0, into, offset, statement.length);
        return statement.length;
    }

    /**
     * Whether {@link #statement()} has these bytes somewhere in it: upper and lower case are different, and comments and
     * literals count. For those who look at every command and want few of them; nothing is copied.
     *
     * @param wanted one byte or more; borrowed until this returns
     * @throws IllegalArgumentException when there is none
     */
    default boolean contains(byte[] wanted) {
        if (wanted.length == 0) {
            throw new IllegalArgumentException("no bytes to look for");
        }
        byte[] statement = statement();
        for (int at = 0; at <= statement.length - wanted.length; at++) {
            if (Arrays.equals(statement, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }

    /** The command byte with {@link #statement()} behind it: what MySQL Proxy hands to {@code read_query}. A copy. */
    default byte[] packet() {
        byte[] statement = statement();
        byte[] packet = new byte[statement.length + 1];
        packet[0] = (byte) code();
        System.arraycopy(statement, 0, packet, 1, statement.length);
        return packet;
    }

    /** {@link #statement()} as text: UTF-8, malformed bytes replaced. */
    String text();

    /**
     * The query attributes that came with COM_QUERY or COM_STMT_EXECUTE, in the client's order; empty without any. They
     * travel on by themselves when the command is forwarded, and with an {@code Injection} that inherits them. Those of a
     * COM_STMT_EXECUTE can only be told from its parameters where the statement is known (see {@link
     * #preparedStatement()}); without it, only those with a name that came with their types are given, and none once the
     * session has used COM_STMT_SEND_LONG_DATA.
     */
    List<QueryAttribute> attributes();

    /**
     * The text that the statement of a COM_STMT_EXECUTE, COM_STMT_BULK_EXECUTE, COM_STMT_FETCH, COM_STMT_RESET,
     * COM_STMT_SEND_LONG_DATA or COM_STMT_CLOSE was prepared from, as {@link #statement()} was; a copy. Empty for other
     * commands, for a statement that this session has not prepared, and when no hook has said that it needs it. Texts longer
     * than {@code --max-hook-packet} are not kept, and of a session that has more than 16 MiB of them the oldest are
     * forgotten.
     */
    default Optional<byte[]> preparedStatement() {
        return Optional.empty();
    }

    /**
     * The parameters of a COM_STMT_EXECUTE in order, as text like {@link QueryAttribute#value()}; empty for NULL. Those
     * that came by COM_STMT_SEND_LONG_DATA are given as {@code <long data>}. An empty list where {@link
     * #preparedStatement()} is empty, and for other commands.
     */
    default List<Optional<String>> parameters() {
        return List.of();
    }
}
