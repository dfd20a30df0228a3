package dev.mysqlproxy.api.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The commands of the client/server protocol, under the names of the MySQL and MariaDB manuals.
 *
 * @see <a href="https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_command_phase.html">Command Phase</a>
 */
public enum CommandType {
    COM_SLEEP(0x00),
    COM_QUIT(0x01),
    COM_INIT_DB(0x02),
    COM_QUERY(0x03),
    COM_FIELD_LIST(0x04),
    COM_CREATE_DB(0x05),
    COM_DROP_DB(0x06),
    COM_REFRESH(0x07),
    COM_SHUTDOWN(0x08),
    COM_STATISTICS(0x09),
    COM_PROCESS_INFO(0x0a),
    COM_CONNECT(0x0b),
    COM_PROCESS_KILL(0x0c),
    COM_DEBUG(0x0d),
    COM_PING(0x0e),
    COM_TIME(0x0f),
    COM_DELAYED_INSERT(0x10),
    COM_CHANGE_USER(0x11),
    COM_BINLOG_DUMP(0x12),
    COM_TABLE_DUMP(0x13),
    COM_CONNECT_OUT(0x14),
    COM_REGISTER_SLAVE(0x15),
    COM_STMT_PREPARE(0x16),
    COM_STMT_EXECUTE(0x17),
    COM_STMT_SEND_LONG_DATA(0x18),
    COM_STMT_CLOSE(0x19),
    COM_STMT_RESET(0x1a),
    COM_SET_OPTION(0x1b),
    COM_STMT_FETCH(0x1c),
    COM_DAEMON(0x1d),
    COM_BINLOG_DUMP_GTID(0x1e),
    COM_RESET_CONNECTION(0x1f),
    COM_CLONE(0x20),
    COM_SUBSCRIBE_GROUP_REPLICATION_STREAM(0x21),
    /** MariaDB: several parameter rows for one prepared statement. */
    COM_STMT_BULK_EXECUTE(0xfa);

    private static final List<Optional<CommandType>> BY_CODE = byCode();

    private final int code;

    CommandType(int code) {
        this.code = code;
    }

    /** The first byte of the command's payload, 0 to 255. */
    public int code() {
        return code;
    }

    /** The command with this first byte; empty for one that nobody has named yet. */
    public static Optional<CommandType> of(int code) {
        return BY_CODE.get(code & 0xff);
    }

    private static List<Optional<CommandType>> byCode() {
        List<Optional<CommandType>> types = new ArrayList<>(Collections.nCopies(256, Optional.empty()));
        for (CommandType type : values()) {
            types.set(type.code, Optional.of(type));
        }
        return List.copyOf(types);
    }
}
