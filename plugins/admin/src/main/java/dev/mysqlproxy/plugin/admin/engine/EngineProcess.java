package dev.mysqlproxy.plugin.admin.engine;

import dev.mysqlproxy.api.admin.AdminTable;
import dev.mysqlproxy.plugin.admin.engine.EngineException.Reason;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** One engine at the other end of a pipe. One thread at a time; only {@link #kill} may come from another. */
final class EngineProcess {

    /** Of one result: what the engine may hand over. */
    static final int MAX_RESULT_BYTES = 32 * 1024 * 1024;

    private static final int BUFFER = 64 * 1024;
    private static final String H2 = "org/h2/Driver.class";
    private static final int OUT_OF_MEMORY = 3;
    private static final int MAX_COLUMNS = 4096;

    private final Process process;
    private final EngineLimits limits;
    private final DataOutputStream out;
    private final DataInputStream in;
    private volatile boolean killed;

    private EngineProcess(Process process, EngineLimits limits) {
        this.process = process;
        this.limits = limits;
        this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream(), BUFFER));
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), BUFFER));
    }

    /** Starts one, which does not say that it is there yet. */
    static EngineProcess start(EngineLimits limits) throws EngineException {
        try {
            ProcessBuilder builder = new ProcessBuilder(command(limits));
            // nothing of the proxy's: options for Java there are not for this one
            builder.environment().clear();
            builder.directory(new File("/"));
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            return new EngineProcess(builder.start(), limits);
        } catch (IOException | URISyntaxException e) {
            throw new EngineException(
                    Reason.UNAVAILABLE,
                    "the SQL engine cannot be started (" + e.getMessage()
                            + "); SELECT * FROM <table> works without it");
        }
    }

    private static List<String> command(EngineLimits limits) throws URISyntaxException, IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(
                "-Xmx" + limits.memory() + "m",
                "-Xms8m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:MaxMetaspaceSize=96m",
                "-XX:MaxDirectMemorySize=4m",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-UsePerfData",
                "-XX:ErrorFile=/dev/null",
                "-Xshare:auto",
                "-Djava.awt.headless=true",
                // no other class can be named in SQL
                "-Dh2.allowedClasses=" + EngineMain.class.getPackageName() + ".MySqlFunctions",
                "-Duser.timezone=" + ZoneId.systemDefault().getId(),
                "-cp",
                String.join(File.pathSeparator, classPath()),
                EngineMain.class.getName(),
                Long.toString(Math.max(1, limits.time().toSeconds()))));
        return command;
    }

    /** The jar with this class, and H2's when it is another. */
    private static Set<String> classPath() throws URISyntaxException, IOException {
        Set<String> places = new LinkedHashSet<>();
        places.add(Path.of(EngineMain.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString());
        URL h2 = EngineMain.class.getClassLoader().getResource(H2);
        if (h2 == null) {
            throw new IOException("the plugin's jar has no H2");
        }
        String inJar = h2.toString();
        int end = inJar.indexOf("!/");
        if (inJar.startsWith("jar:") && end > 0) {
            places.add(Path.of(new URI(inJar.substring("jar:".length(), end))).toString());
        }
        return places;
    }

    /** Waits until it is there. */
    void awaitReady() throws EngineException {
        try {
            if (in.readInt() != Frames.HELLO) {
                throw new EngineException(
                        Reason.UNAVAILABLE, "the plugin's jar is another than the one that runs; restart the proxy");
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Runs a query; when this throws anything but {@link Reason#SQL} and its like, the process is of no more use. */
    EngineResult query(List<EngineTable> tables, String sql) throws EngineException {
        try {
            out.writeInt(tables.size());
            for (EngineTable table : tables) {
                write(table);
            }
            Frames.writeText(out, sql);
            out.writeInt(limits.rows());
            out.writeInt(MAX_RESULT_BYTES);
            out.flush();
            return read();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void write(EngineTable source) throws IOException {
        AdminTable table = source.table();
        Frames.writeText(out, source.schema());
        Frames.writeText(out, table.name());
        List<AdminTable.Column> columns = table.columns();
        out.writeInt(columns.size());
        for (AdminTable.Column column : columns) {
            Frames.writeText(out, column.name());
            Frames.writeText(out, type(column.type()));
        }
        for (List<Object> row : table.rows()) {
            out.writeByte(Frames.ROW);
            for (int column = 0; column < columns.size(); column++) {
                Frames.writeValue(out, row.get(column));
            }
        }
        out.writeByte(Frames.END);
    }

    private static String type(AdminTable.Type type) {
        return switch (type) {
            // as MySQL's collations: the case of letters makes no difference
            case TEXT -> "VARCHAR_IGNORECASE";
            case INTEGER -> "BIGINT";
            case REAL -> "DOUBLE";
            case BOOLEAN -> "BOOLEAN";
            case TIME -> "TIMESTAMP(6)";
        };
    }

    private EngineResult read() throws IOException, EngineException {
        int kind = in.readUnsignedByte();
        if (kind == Frames.ERROR) {
            int code = in.readInt();
            String message = Frames.readText(in);
            switch (code) {
                case Frames.TOO_LARGE ->
                    throw new EngineException(
                            Reason.TOO_LARGE,
                            "the result has more than " + limits.rows() + " rows or " + MAX_RESULT_BYTES
                                    + " bytes; add a WHERE or a LIMIT");
                case Frames.TOO_DEEP ->
                    throw new EngineException(Reason.TOO_DEEP, "the statement is nested too deeply");
                default -> throw new EngineException(Reason.SQL, code, message);
            }
        }
        if (kind != Frames.RESULT) {
            throw new IOException("an answer of kind " + kind);
        }
        int count = in.readInt();
        if (count < 1 || count > MAX_COLUMNS) {
            throw new IOException("a result of " + count + " columns");
        }
        List<EngineResult.Column> columns = new ArrayList<>(count);
        for (int column = 0; column < count; column++) {
            columns.add(new EngineResult.Column(Frames.readText(in), in.readInt()));
        }
        List<List<String>> rows = new ArrayList<>();
        while (in.readUnsignedByte() == Frames.ROW) {
            List<String> row = new ArrayList<>(count);
            for (int column = 0; column < count; column++) {
                row.add((String) Frames.readValue(in));
            }
            rows.add(row);
        }
        return new EngineResult(columns, rows);
    }

    private EngineException failed(IOException cause) {
        if (killed) {
            return new EngineException(
                    Reason.TOO_SLOW,
                    "the query took longer than " + limits.time().toSeconds() + " s");
        }
        try {
            if (process.waitFor(2, TimeUnit.SECONDS) && process.exitValue() == OUT_OF_MEMORY) {
                return new EngineException(
                        Reason.NO_MEMORY,
                        "the query needs more memory than --admin-query-memory=" + limits.memory() + " MiB");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String exit = process.isAlive() ? "" : ", exit code " + process.exitValue();
        return new EngineException(Reason.UNAVAILABLE, "the SQL engine has failed (" + cause.getMessage() + exit + ")");
    }

    /** Ends it, whatever it does. */
    void kill() {
        killed = true;
        process.destroyForcibly();
    }
}
