package dev.mysqlproxy.plugin.lua.module;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A case of {@code tokens.txt}, whose head describes the layout. */
record StatementExample(String sql, String tokens, String normalised) {

    static List<StatementExample> all() {
        List<StatementExample> all = new ArrayList<>();
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                StatementExample.class.getResourceAsStream("tokens.txt"), StandardCharsets.US_ASCII))) {
            reader.readLine();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                String sql = line.substring("sql ".length()).replace("\\n", "\n");
                String tokens = reader.readLine().substring("tokens ".length());
                String normalised = reader.readLine().substring("normalised ".length());
                all.add(new StatementExample(sql, tokens, normalised.substring(0, normalised.length() - 1)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
