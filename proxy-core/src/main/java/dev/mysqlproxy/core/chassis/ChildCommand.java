package dev.mysqlproxy.core.chassis;

import dev.mysqlproxy.api.lifecycle.StartException;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The command line that starts this program again.
 *
 * @param java path of the virtual machine
 * @param options its options
 * @param main the main class, or the jar after {@code -jar}
 * @param arguments the program's own
 */
record ChildCommand(String java, List<String> options, String main, List<String> arguments) {

    private static final Set<String> WITH_VALUE = Set.of("-cp", "-classpath", "--class-path");
    private static final List<String> KEPT =
            List.of("-D", "-jar", "--class-path=", "--enable-native-access", "-XX:SharedArchiveFile=", "-Xshare");
    private static final List<String> SMALL =
            List.of("-Xms4m", "-Xmx24m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

    /** As this process was started. */
    static ChildCommand ofThisProcess(int argumentCount) throws StartException {
        List<String> words = words();
        if (words.size() < argumentCount + 2) {
            throw new StartException("--daemon and --keepalive cannot find out how this process was started");
        }
        return parse(Path.of(System.getProperty("java.home"), "bin", "java").toString(), words, argumentCount);
    }

    static ChildCommand parse(String java, List<String> words, int argumentCount) {
        int main = words.size() - argumentCount - 1;
        return new ChildCommand(
                java,
                List.copyOf(words.subList(1, main)),
                words.get(main),
                List.copyOf(words.subList(main + 1, words.size())));
    }

    /** The whole line: ProcessHandle cuts it at 4096 characters on Linux. */
    private static List<String> words() throws StartException {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
            List<String> words = new ArrayList<>();
            for (int from = 0, to = 0; to < line.length; to++) {
                if (line[to] == 0) {
                    words.add(new String(line, from, to - from, nativeCharset()));
                    from = to + 1;
                }
            }
            return words;
        } catch (IOException e) {
            Posix.requireLinux("--daemon and --keepalive");
            throw new StartException("cannot read /proc/self/cmdline: " + e, e);
        }
    }

    /** What the virtual machine itself decodes arguments with, and encodes those of children. */
    private static Charset nativeCharset() {
        return Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    }

    List<String> full() {
        return line(options);
    }

    /** For a process that only watches another: the least memory, and what the class path and our properties need. */
    List<String> small() {
        List<String> kept = new ArrayList<>(SMALL);
        for (int i = 0; i < options.size(); i++) {
            String option = options.get(i);
            if (WITH_VALUE.contains(option) && i + 1 < options.size()) {
                kept.add(option);
                kept.add(options.get(++i));
            } else if (KEPT.stream().anyMatch(option::startsWith)) {
                kept.add(option);
            }
        }
        return line(kept);
    }

    private List<String> line(List<String> javaOptions) {
        List<String> line = new ArrayList<>();
        line.add(java);
        line.addAll(javaOptions);
        line.add(main);
        line.addAll(arguments);
        return line;
    }

    ChildCommand withOptions(List<String> other) {
        return new ChildCommand(java, other, main, arguments);
    }
}
