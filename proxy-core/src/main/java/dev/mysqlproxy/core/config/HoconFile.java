package dev.mysqlproxy.core.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * {@code --config}: object {@code mysql-proxy} of a HOCON file, whose keys are long option names.
 *
 * <p>Includes, and substitutions from the file and the environment, work as HOCON has them. Lists are HOCON lists or
 * comma lists. A null is as good as nothing.
 */
final class HoconFile {

    static final String ROOT = "mysql-proxy";

    private final OptionIndex index;
    private final Path file;
    private final Map<Option<?>, Given> given = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private HoconFile(OptionIndex index, Path file) {
        this.index = index;
        this.file = file;
    }

    static FileValues read(Path file, OptionIndex index) throws StartException {
        ConfigFiles.requireReadable(ChassisOptions.CONFIG.name(), file);
        HoconFile reader = new HoconFile(index, file);
        try {
            Config whole = ConfigFactory.parseFile(
                            file.toFile(), ConfigParseOptions.defaults().setAllowMissing(false))
                    .resolve();
            reader.object(whole.root().get(ROOT));
            reader.warnOfReadableSecrets();
        } catch (ConfigException e) {
            throw new StartException("--config=" + file + ": " + oneLine(e), e);
        } catch (IOException e) {
            throw ConfigFiles.unreadable(ChassisOptions.CONFIG.name(), file, e);
        }
        return new FileValues(reader.given, reader.warnings);
    }

    private static String oneLine(ConfigException e) {
        return Shown.printable(String.valueOf(e.getMessage()).strip().replaceAll("\\s+", " "));
    }

    private void object(ConfigValue root) throws StartException {
        if (root == null || root.valueType() == ConfigValueType.NULL) {
            return;
        }
        if (!(root instanceof ConfigObject options)) {
            throw new StartException(ROOT + " has to be an object { ... } of options (" + source(root.origin()) + ")");
        }
        Config config = options.toConfig();
        for (Map.Entry<String, ConfigValue> entry : new TreeMap<>(options).entrySet()) {
            Source source = source(entry.getValue().origin());
            Optional<Option<?>> option = index.named(entry.getKey());
            if (option.isEmpty()) {
                warnings.add(index.unknownKey(entry.getKey(), source));
            } else if (ChassisOptions.isCommandLineOnly(option.get())) {
                warnings.add(OptionIndex.commandLineOnly(option.get(), source));
            } else if (entry.getValue().valueType() != ConfigValueType.NULL) {
                given.put(option.get(), given(option.get(), entry.getValue(), config, source));
            }
        }
    }

    private static Given given(Option<?> option, ConfigValue value, Config config, Source source)
            throws StartException {
        if (value instanceof ConfigList list && Given.isPlural(option)) {
            List<String> parts = new ArrayList<>();
            for (ConfigValue element : list) {
                requireScalar(option, element, source);
                String part = element.unwrapped().toString().strip();
                if (!part.isEmpty()) {
                    parts.add(part);
                }
            }
            return new Given(option, source, parts);
        }
        requireScalar(option, value, source);
        // not unwrapped(): this keeps a number as it was written
        String text = config.getString(ConfigUtil.joinPath(option.name()));
        return Given.isPlural(option)
                ? new Given(option, source, Given.elements(text))
                : Given.text(option, source, text);
    }

    private static void requireScalar(Option<?> option, ConfigValue value, Source source) throws StartException {
        Optional<String> is = switch (value.valueType()) {
            case LIST -> Optional.of("a list");
            case OBJECT -> Optional.of("an object");
            case NULL -> Optional.of("null");
            case NUMBER, BOOLEAN, STRING -> Optional.empty();
        };
        if (is.isPresent()) {
            throw ValueReader.wrong(option, source, ValueReader.accepted(option), is.get());
        }
    }

    private Source source(ConfigOrigin origin) {
        if (origin.filename() != null && origin.lineNumber() > 0) {
            return Source.line(Path.of(origin.filename()), origin.lineNumber());
        }
        return new Source(file + ", " + origin.description());
    }

    private void warnOfReadableSecrets() throws IOException {
        Optional<String> openMode = ConfigFiles.modeIfOpenToOthers(file);
        if (openMode.isEmpty()) {
            return;
        }
        for (Option<?> option : given.keySet()) {
            if (option.secret()) {
                warnings.add(option.name() + " is in " + file + ", which is open to every user (" + openMode.get()
                        + "): run chmod o-rwx " + file);
            }
        }
    }
}
