package dev.mysqlproxy.api.admin;

import dev.mysqlproxy.api.decision.Reply;
import java.util.List;

/** A statement that an operator can give on the admin port. Any thread, never an event loop; may take a while. */
public interface AdminCommand {

    /** What an operator may do. Each may what those before it may. */
    enum Role {
        /** Look at tables. */
        READER,
        /** Also change what the running proxy does: backends, sessions, logs. */
        OPERATOR,
        /** Also options, plugins and accounts. */
        ADMIN
    }

    /** Its first words, in any case: {@code AUDIT ROTATE}. */
    String words();

    /** What follows them, for the help; empty for nothing: {@code <file>}. */
    default String arguments() {
        return "";
    }

    /** One sentence for the help. */
    String comment();

    /** Who may give it. */
    default Role role() {
        return Role.OPERATOR;
    }

    /**
     * Carries it out.
     *
     * @param arguments what follows the words: bare words, numbers and unquoted strings
     * @param by the operator's account
     * @return what the operator is told; an {@link Reply.Err} for what cannot be done
     */
    Reply run(List<String> arguments, String by);
}
