package dev.mysqlproxy.it.lua;

import dev.mysqlproxy.it.raw.Command;
import dev.mysqlproxy.it.raw.Packet;
import dev.mysqlproxy.it.raw.RawClient;
import dev.mysqlproxy.it.raw.Reply;
import dev.mysqlproxy.it.server.Accounts;
import java.util.ArrayList;
import java.util.List;

/** What one client says, and what it hears, in words that are the same on every connection. */
final class Conversation {
    /** How many kinds of steps there are. */
    static final int KINDS = 15;

    final List<String> said = new ArrayList<>();
    private final RawClient client;
    private final String schema;

    Conversation(RawClient client, String schema) {
        this.client = client;
        this.schema = schema;
    }

    private void say(String sql) {
        note(sql, client.query(sql));
    }

    private void note(String what, Reply reply) {
        String heard;
        if (reply.isError()) {
            heard = reply.errorText();
        } else if (reply.packets().get(0).first() == 0) {
            heard = "ok";
        } else {
            heard = reply.rows().toString();
        }
        said.add(what + " -> " + heard);
    }

    private void one(int command) {
        note("command " + command, client.command(command, new byte[0]));
    }

    void step(int kind, int i) {
        switch (kind) {
            case 0 -> {
                say("BEGIN");
                say("INSERT INTO kept (v) VALUES ('t" + i + "')");
                say("SELECT LAST_INSERT_ID(), COUNT(*), MAX(v) FROM kept");
                say(i % 2 == 0 ? "COMMIT" : "ROLLBACK");
            }
            case 1 -> {
                say("SET autocommit=0");
                say("INSERT INTO kept (v) VALUES ('a" + i + "')");
                say("SELECT COUNT(*) FROM kept");
                say(i % 2 == 0 ? "COMMIT" : "ROLLBACK");
                say("SET autocommit=1");
                say("SELECT @@autocommit");
            }
            case 2 -> {
                say("INSERT INTO kept (v) VALUES ('i" + i + "')");
                say("SELECT COUNT(*) FROM fixed");
                say("SELECT LAST_INSERT_ID()");
                say("SELECT @@last_insert_id");
            }
            case 3 -> {
                say("SELECT SQL_CALC_FOUND_ROWS id FROM fixed ORDER BY id LIMIT 2");
                say("SELECT FOUND_ROWS()");
            }
            case 4 -> {
                say("CREATE TEMPORARY TABLE mine (a INT)");
                say("INSERT INTO mine VALUES (" + i + "), (1)");
                say("SELECT ROW_COUNT()");
                say("SELECT * FROM mine");
                say("DROP TEMPORARY TABLE mine");
            }
            case 5 -> {
                say("SELECT @mine");
                say("SET @mine = " + i);
                say("SELECT @mine, MAX(id) FROM fixed");
            }
            case 6 -> {
                say("SET NAMES " + (i % 2 == 0 ? "latin1" : "utf8mb4"));
                say("SELECT @@character_set_client, @@collation_connection, LENGTH('\u00e4')");
            }
            case 7 -> {
                say("SET SESSION sql_mode = '" + (i % 2 == 0 ? "ANSI_QUOTES" : "") + "'");
                say("SELECT \"id\" FROM fixed ORDER BY id");
                say("SELECT @@sql_mode");
            }
            case 8 -> prepared(i);
            case 9 -> {
                say("BEGIN");
                say("INSERT INTO kept (v) VALUES ('e" + i + "')");
                say("SELECT nonsense FROM kept");
                say("SELECT COUNT(*) FROM kept");
                say("INSERT INTO fixed VALUES (1)");
                say("ROLLBACK");
                say("SELECT MAX(id) FROM fixed");
            }
            case 10 -> {
                say("USE " + Accounts.DATABASE);
                say("SELECT DATABASE()");
                say("USE no_such_schema_for_me");
                say("USE " + schema);
                say("SELECT DATABASE(), MAX(id) FROM fixed");
            }
            case 11 -> {
                one(Command.COM_RESET_CONNECTION);
                say("SELECT @mine, @@autocommit, DATABASE()");
                // what this does to the character set differs between servers
                say("SET NAMES utf8mb4");
            }
            case 12 -> {
                changeUser();
                say("SELECT @mine, @@autocommit, DATABASE()");
            }
            case 13 -> {
                say("SELECT MAX(id) FROM fixed");
                say("SELECT 1/0");
                say("UPDATE fixed SET id = id WHERE id = 1");
                say("SELECT COUNT(*) FROM fixed");
                one(Command.COM_PING);
            }
            default -> {
                say("SELECT COUNT(*), MAX(id) FROM fixed");
                say("DELETE FROM kept WHERE v LIKE 'i%'");
                say("SELECT COUNT(*) FROM kept FOR UPDATE");
            }
        }
    }

    private void prepared(int i) {
        Reply made =
                client.prepare("SELECT id FROM fixed WHERE id >= ? ORDER BY id").ok();
        Reply insert = client.prepare("INSERT INTO kept (v) VALUES (?)").ok();
        note("execute", binary(client.execute(made.statementId(), 0, "" + i % 5)));
        note("insert", client.execute(insert.statementId(), 0, "p" + i));
        say("SELECT LAST_INSERT_ID()");
        for (Reply one : List.of(made, insert)) {
            byte[] id = {
                (byte) one.statementId(),
                (byte) (one.statementId() >> 8),
                (byte) (one.statementId() >> 16),
                (byte) (one.statementId() >> 24)
            };
            client.send(Command.COM_STMT_CLOSE, id);
        }
    }

    /** Rows of the binary protocol: noted as they are, and what is left is an error or nothing. */
    private Reply binary(Reply reply) {
        for (Packet packet : reply.packets()) {
            if (packet.first() == 0) {
                said.add("row " + packet);
            }
        }
        return reply.isError() ? reply : new Reply(List.of(new Packet(1, new byte[] {0}, 1)), false);
    }

    private void changeUser() {
        List<Packet> packets = client.changeUser(Accounts.APP_USER, Accounts.APP_PASSWORD, schema, "");
        Packet last = packets.get(packets.size() - 1);
        said.add("change user -> " + (last.isErr() ? Reply.errorText(last) : "ok"));
    }
}
