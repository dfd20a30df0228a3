package dev.mysqlproxy.plugin.lua.conformance;

import dev.mysqlproxy.plugin.lua.lib.Libraries;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.luaj.vm2.LuaString;

/**
 * One question to a Lua interpreter and what PUC Lua 5.1.5 answered. Bytes are held as Latin-1 text.
 *
 * @param name area and name, with a slash between them
 */
record Probe(String name, String source, String expected) {

    private static final String SEPARATOR = "--- ";

    /** All probes of an area, in the order of the file. */
    static List<Probe> ofArea(String area) {
        Map<String, String> sources = sections(resource(area + ".lua"));
        Map<String, String> answers = sections(resource(area + ".expected"));
        if (!sources.keySet().equals(answers.keySet())) {
            throw new IllegalStateException("expectations of " + area + " are not up to date");
        }
        List<Probe> probes = new ArrayList<>();
        sources.forEach((name, source) -> probes.add(new Probe(area + "/" + name, source, answers.get(name))));
        return probes;
    }

    private static Map<String, String> sections(String text) {
        Map<String, String> sections = new LinkedHashMap<>();
        String name = null;
        StringBuilder body = new StringBuilder();
        for (String line : text.split("(?<=\n)")) {
            if (line.startsWith(SEPARATOR)) {
                if (name != null) {
                    sections.put(name, body.toString());
                }
                name = line.substring(SEPARATOR.length()).strip();
                body.setLength(0);
            } else {
                body.append(line);
            }
        }
        sections.put(name, body.toString());
        return sections;
    }

    static String resource(String name) {
        try (InputStream in = Probe.class.getResourceAsStream("/conformance/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** What our interpreter answers, in a state of its own. */
    String answer() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, false, StandardCharsets.ISO_8859_1);
        LuaState state = Libraries.newState();
        state.out(out);
        try {
            byte[] harness = resource("harness.lua").getBytes(StandardCharsets.ISO_8859_1);
            state.run(
                    state.load(harness, "=harness", state.globals()),
                    LuaString.valueUsing(withoutLastNewline().getBytes(StandardCharsets.ISO_8859_1)));
        } finally {
            state.close();
        }
        out.flush();
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    private String withoutLastNewline() {
        return source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    }
}
