package dev.mysqlproxy.testing;

import dev.mysqlproxy.protocol.wire.Capabilities;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A command and its reply as a real server sent it. The files in {@code captures/} hold a number of them:
 *
 * <pre>
 * server MySQL 9.7.4-2          for the whole file
 * capabilities 0x38fa285        what both sides agreed on, for the whole file
 * == COM_QUERY: a title         begins a capture
 * command 0373656c...           the command's payload
 * expect rows 3                 what another program, which decodes each value, found in the reply; 0 or nothing when
 *                               there is no such line
 * &lt; 0100000101                  a packet of the server, header included
 * &gt; 00000002                    a packet of the client in the middle: a part of a file or an answer
 * </pre>
 *
 * Bytes are hexadecimal digits; a byte repeated is {@code 78*16777216}.
 *
 * @param file name of the file
 * @param server product and version
 * @param capabilities what both sides agreed on
 * @param title the command's name and what is special about it
 * @param command payload of the command
 * @param expected what is to be known after the reply, by name
 * @param packets as in the file, to be decoded by {@link #parts()}: some are huge
 */
public record Capture(
        String file,
        String server,
        Capabilities capabilities,
        String title,
        byte[] command,
        Map<String, String> expected,
        List<String> packets) {

    private static final HexFormat HEX = HexFormat.of();

    /** Files whose replies are small enough for tests that go through them many times. */
    public static final List<String> SMALL = List.of(
            "mysql-classic",
            "mysql-deprecate-eof",
            "mysql-optional-metadata",
            "mysql-optional-metadata-deprecate-eof",
            "mariadb-classic",
            "mariadb-deprecate-eof",
            "mariadb-extended",
            "mariadb-extended-deprecate-eof",
            "mariadb-progress",
            "mariadb-progress-classic");

    /** Files with values of all types, each as text and binary. */
    public static final List<String> VALUES = List.of("mysql-values", "mariadb-values");

    /** Files with payloads of 16 MiB and more. */
    public static final List<String> HUGE = List.of("mysql-huge", "mysql-huge-deprecate-eof");

    /**
     * Consecutive packets of the same side.
     *
     * @param fromServer which side
     * @param bytes the packets, headers included
     * @param lastSequence sequence id of the last one
     */
    public record Part(boolean fromServer, byte[] bytes, int lastSequence) {}

    /** The captures of one file. */
    public static List<Capture> load(String file) {
        List<Capture> captures = new ArrayList<>();
        Map<String, String> common = new LinkedHashMap<>();
        String title = null;
        byte[] command = null;
        Map<String, String> expected = Map.of();
        List<String> packets = List.of();
        for (String line : lines(file)) {
            String[] word = line.split(" ", 2);
            switch (word[0]) {
                case "", "#" -> {}
                case "==" -> {
                    title = word[1];
                    expected = new LinkedHashMap<>();
                    packets = new ArrayList<>();
                }
                case "command" -> {
                    command = bytes(word[1]);
                    captures.add(new Capture(
                            file,
                            common.get("server"),
                            new Capabilities(Long.decode(common.get("capabilities"))),
                            title,
                            command,
                            expected,
                            packets));
                }
                case "expect" -> {
                    String[] pair = word[1].split(" ", 2);
                    expected.put(pair[0], pair.length > 1 ? pair[1] : "");
                }
                case "<", ">" -> packets.add(line);
                default -> common.put(word[0], word[1]);
            }
        }
        return captures;
    }

    /** The captures of several files. */
    public static List<Capture> load(List<String> files) {
        return files.stream().flatMap(file -> load(file).stream()).toList();
    }

    /** The only capture of that title in a file. */
    public static Capture find(String file, String title) {
        List<Capture> found = load(file).stream()
                .filter(capture -> capture.title.equals(title))
                .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " captures called " + title);
        }
        return found.get(0);
    }

    private static List<String> lines(String file) {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Capture.class.getResourceAsStream("captures/" + file + ".txt"), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes written in the files' way. */
    public static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String word : text.split(" ")) {
            int star = word.indexOf('*');
            if (star < 0) {
                out.writeBytes(HEX.parseHex(word));
            } else {
                byte[] run = new byte[Integer.parseInt(word.substring(star + 1))];
                Arrays.fill(run, HEX.parseHex(word.substring(0, star))[0]);
                out.writeBytes(run);
            }
        }
        return out.toByteArray();
    }

    /** The packets in order, neighbours of the same side as one. */
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        int lastSequence = 0;
        for (int i = 0; i < packets.size(); i++) {
            String line = packets.get(i);
            byte[] packet = bytes(line.substring(2));
            open.writeBytes(packet);
            lastSequence = packet[3] & 0xff;
            if (i + 1 == packets.size() || packets.get(i + 1).charAt(0) != line.charAt(0)) {
                parts.add(new Part(line.charAt(0) == '<', open.toByteArray(), lastSequence));
                open.reset();
            }
        }
        return parts;
    }

    /** All that the server sent. */
    public byte[] reply() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parts().stream().filter(Part::fromServer).forEach(part -> out.writeBytes(part.bytes()));
        return out.toByteArray();
    }

    /** First byte of the command. */
    public int code() {
        return command[0] & 0xff;
    }

    @Override
    public String toString() {
        return file + ": " + title;
    }
}
