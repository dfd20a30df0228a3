package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.option.OptionValues;
import dev.mysqlproxy.api.view.CommandType;
import java.util.EnumSet;
import java.util.Set;

/** What is recorded. The filters may change at any time; any thread. */
final class Recording {

    /** Commands that a disconnect or change-user record tells of. */
    static final Set<CommandType> IN_OTHER_RECORDS = EnumSet.of(CommandType.COM_QUIT, CommandType.COM_CHANGE_USER);

    /** What text a record of a command has. */
    enum Text {
        NONE,
        /** What follows the command byte: SQL, or a schema's name. */
        ARGUMENT,
        /** What the statement was prepared from. */
        PREPARED
    }

    private final Set<AuditEvent> events;
    private final boolean parameters;
    private final int maxStatement;
    private volatile Filters filters;

    /** As the options say; an {@link IllegalArgumentException} names the one that makes no sense. */
    Recording(OptionValues options) {
        try {
            events = AuditEvent.named(options.get(AuditingOptions.EVENTS));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(AuditingOptions.EVENTS + ": " + e.getMessage(), e);
        }
        parameters = options.get(AuditingOptions.PARAMETERS);
        maxStatement = options.get(AuditingOptions.MAX_STATEMENT);
        filters = new Filters(options);
    }

    boolean wants(AuditEvent event) {
        return events.contains(event);
    }

    boolean withParameters() {
        return parameters;
    }

    /** Bytes of text in a record. */
    int maxStatement() {
        return maxStatement;
    }

    Filters filters() {
        return filters;
    }

    void filters(Filters changed) {
        filters = changed;
    }

    /** The commands whose ends are recorded. */
    Set<CommandType> commandTypes() {
        return AuditHooks.types(wants(AuditEvent.STATEMENT), wants(AuditEvent.COMMAND));
    }

    static AuditEvent eventOf(int code) {
        return code == CommandType.COM_QUERY.code()
                        || code == CommandType.COM_STMT_EXECUTE.code()
                        || code == CommandType.COM_STMT_BULK_EXECUTE.code()
                ? AuditEvent.STATEMENT
                : AuditEvent.COMMAND;
    }

    static Text textOf(int code) {
        CommandType type = CommandType.of(code).orElse(CommandType.COM_SLEEP);
        return switch (type) {
            case COM_QUERY, COM_STMT_PREPARE, COM_INIT_DB, COM_CREATE_DB, COM_DROP_DB -> Text.ARGUMENT;
            case COM_STMT_EXECUTE, COM_STMT_BULK_EXECUTE -> Text.PREPARED;
            default -> Text.NONE;
        };
    }
}
