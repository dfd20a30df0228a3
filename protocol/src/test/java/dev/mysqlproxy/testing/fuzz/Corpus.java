package dev.mysqlproxy.testing.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Saved inputs: a text file for each target, {@code corpus/<target>.txt} on the class path, with an input in
 * hexadecimal on each line. What follows a number sign is a comment.
 */
public final class Corpus {

    private Corpus() {}

    /** The saved inputs of a target; none when it has no file. */
    public static List<byte[]> load(String target) {
        List<byte[]> inputs = new ArrayList<>();
        try (InputStream in = Corpus.class.getResourceAsStream("/corpus/" + target + ".txt")) {
            if (in == null) {
                return inputs;
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String hex = line.replaceAll("#.*|\\s", "");
                if (!hex.isEmpty()) {
                    inputs.add(HexFormat.of().parseHex(hex));
                }
            }
            return inputs;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
