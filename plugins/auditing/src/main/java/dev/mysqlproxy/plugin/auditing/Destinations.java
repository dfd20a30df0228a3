package dev.mysqlproxy.plugin.auditing;

import dev.mysqlproxy.api.lifecycle.PluginContext;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.OptionValues;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/** The destination that the options name. Nothing is opened before the first record. */
final class Destinations {

    private Destinations() {}

    static Destination of(PluginContext context, Clock clock) throws StartException {
        OptionValues options = context.options();
        try {
            return switch (options.get(AuditingOptions.DESTINATION)) {
                case "file" -> file(context, clock);
                case "syslog" -> syslog(context, clock);
                default -> new StdoutDestination();
            };
        } catch (IllegalArgumentException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static Destination file(PluginContext context, Clock clock) throws StartException {
        OptionValues options = context.options();
        Path file = options.find(AuditingOptions.FILE)
                .orElseThrow(() -> new StartException(
                        "the audit has no file: name one with " + AuditingOptions.FILE + ", or another destination"))
                .toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new StartException(AuditingOptions.FILE + ": there is no folder " + folder + "; make it");
        }
        if (Files.isDirectory(file)) {
            throw new StartException(AuditingOptions.FILE + ": " + file + " is a folder");
        }
        if (Files.exists(file) ? !Files.isWritable(file) : !Files.isWritable(folder)) {
            throw new StartException(AuditingOptions.FILE + ": " + file + " cannot be written: permission denied");
        }
        return new FileDestination(
                file,
                FileModes.of(options.get(AuditingOptions.FILE_MODE)),
                Rotation.of(options),
                context.tasks(),
                clock);
    }

    private static Destination syslog(PluginContext context, Clock clock) throws StartException {
        OptionValues options = context.options();
        SyslogFacility facility = SyslogFacility.of(options.get(AuditingOptions.SYSLOG_FACILITY));
        long pid = ProcessHandle.current().pid();
        String where = options.get(AuditingOptions.SYSLOG);
        if (where.startsWith("/")) {
            return new SyslogDestination(
                    new LocalSyslog(Path.of(where), context::openDatagrams), SyslogHeader.local(facility, pid), clock);
        }
        return new SyslogDestination(network(where), SyslogHeader.network(facility, host(), pid), clock);
    }

    private static SyslogTransport network(String where) throws StartException {
        try {
            URI uri = new URI(where);
            boolean udp = "udp".equals(uri.getScheme());
            if ((udp || "tcp".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPath().isEmpty()) {
                String host = uri.getHost().replaceAll("[\\[\\]]", "");
                int port = uri.getPort() < 0 ? 514 : uri.getPort();
                return udp ? new UdpSyslog(host, port) : new TcpSyslog(host, port);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new StartException(AuditingOptions.SYSLOG + ": '" + where
                + "' is no syslog: write the path of a socket, udp://host:port or tcp://host:port");
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "-";
        }
    }
}
