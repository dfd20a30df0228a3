package dev.mysqlproxy.plugin.auditing;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * What stands before a message.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc5424">RFC 5424</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc3164">RFC 3164</a>
 */
interface SyslogHeader {

    String APPLICATION = "mysql-proxy";

    String at(Instant moment);

    /** Of messages over a network. */
    static SyslogHeader network(SyslogFacility facility, String host, long pid) {
        DateTimeFormatter stamp = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                .withZone(ZoneOffset.UTC);
        String name = host.replaceAll("[^!-~]", "-");
        return moment -> "<" + facility.priority() + ">1 " + stamp.format(moment) + " " + (name.isEmpty() ? "-" : name)
                + " " + APPLICATION + " " + pid + " audit - ";
    }

    /** Of messages to this machine's own, in the older form that every one of them takes. */
    static SyslogHeader local(SyslogFacility facility, long pid) {
        DateTimeFormatter stamp =
                DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());
        return moment -> "<" + facility.priority() + ">" + stamp.format(moment) + " " + APPLICATION + "[" + pid + "]: ";
    }
}
