package dev.mysqlproxy.api.decision;

import dev.mysqlproxy.api.view.CommandType;
import java.nio.charset.StandardCharsets;

/**
 * A command to send to the server in place of, before or after the client's own.
 *
 * @param id the plugin's number for it, given back with its result
 * @param payload command byte and arguments, without query attributes; not copied, so not to be changed afterwards
 * @param resultNeeded keep the whole result for {@code QueryResultHook}, so that it can be read, replaced or ignored;
 *     without it the result streams to the client and only its summary is seen
 * @param inheritAttributes send the query attributes of the client's command with this COM_QUERY
 */
public record Injection(int id, byte[] payload, boolean resultNeeded, boolean inheritAttributes) {

    public Injection {
        if (payload.length == 0) {
            throw new IllegalArgumentException("an injection needs at least the command byte");
        }
    }

    /** A COM_QUERY whose result streams to the client. */
    public static Injection query(int id, String sql) {
        return command(id, CommandType.COM_QUERY, sql.getBytes(StandardCharsets.UTF_8));
    }

    /** A command whose result streams to the client. */
    public static Injection command(int id, CommandType type, byte[] arguments) {
        byte[] payload = new byte[arguments.length + 1];
        payload[0] = (byte) type.code();
        System.arraycopy(arguments, 0, payload, 1, arguments.length);
        return new Injection(id, payload, false, true);
    }

    /** The same, with its result kept for the hook. */
    public Injection needingResult() {
        return new Injection(id, payload, true, inheritAttributes);
    }

    /** The same, without the client's query attributes. */
    public Injection withoutAttributes() {
        return new Injection(id, payload, resultNeeded, false);
    }
}
