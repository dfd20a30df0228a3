package dev.mysqlproxy.api.view;

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
     * travel on by themselves when the command is forwarded, and with an {@code Injection} that inherits them.
     */
    List<QueryAttribute> attributes();
}
