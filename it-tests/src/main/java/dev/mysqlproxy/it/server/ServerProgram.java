package dev.mysqlproxy.it.server;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a {@link LocalServer} is made of.
 *
 * @param executable the server program
 * @param fixedArguments what the program always needs: where its files are, whom to run as
 * @param dataTemplate a data directory of a server that was initialised, has no passwords yet and ended cleanly
 * @param tls the certificate it uses when it offers TLS
 */
record ServerProgram(
        TestServer.Kind kind, Path executable, List<String> fixedArguments, Path dataTemplate, TlsFiles tls) {

    private static final List<String> MYSQL_ONLY = List.of(
            "--mysqlx=OFF",
            "--gtid-mode=ON",
            "--enforce-gtid-consistency=ON",
            "--innodb-flush-method=nosync",
            "--innodb-redo-log-capacity=64M");

    private static final List<String> MARIADB_ONLY =
            List.of("--log-slave-updates", "--binlog-format=ROW", "--innodb-log-file-size=16M");

    ServerProgram {
        fixedArguments = List.copyOf(fixedArguments);
    }

    /** The arguments by which the two kinds differ. */
    List<String> kindArguments(boolean offersTls) {
        if (offersTls) {
            return switch (kind) {
                case MYSQL -> join(MYSQL_ONLY, tls.arguments());
                case MARIADB -> join(MARIADB_ONLY, tls.arguments());
            };
        }
        return switch (kind) {
            case MYSQL -> join(MYSQL_ONLY, List.of("--tls-version="));
            case MARIADB -> join(MARIADB_ONLY, List.of("--skip-ssl"));
        };
    }

    private static List<String> join(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }
}
