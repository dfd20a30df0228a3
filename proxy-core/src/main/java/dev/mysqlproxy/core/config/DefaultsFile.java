package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.lifecycle.StartException;
import dev.mysqlproxy.api.option.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code --defaults-file}: group {@code [mysql-proxy]} of a key file, whose keys are long option names.
 *
 * <p>Other groups are ignored. As it holds passwords, nobody but owner and group may have access to the file.
 */
final class DefaultsFile {

    static final String GROUP = "mysql-proxy";

    private DefaultsFile() {}

    static FileValues read(Path file, OptionIndex index) throws StartException {
        String optionName = ChassisOptions.DEFAULTS_FILE.name();
        ConfigFiles.requireReadable(optionName, file);
        try {
            Optional<String> openMode = ConfigFiles.modeIfOpenToOthers(file);
            if (openMode.isPresent()) {
                throw new StartException("permissions of " + file + " aren't secure (0660 or stricter required, is "
                        + openMode.get() + "): run chmod o-rwx " + file);
            }
            return values(KeyFile.read(file), index);
        } catch (IOException e) {
            throw ConfigFiles.unreadable(optionName, file, e);
        }
    }

    static FileValues values(List<KeyFile.Entry> entries, OptionIndex index) throws StartException {
        Map<Option<?>, Given> given = new HashMap<>();
        List<String> warnings = new ArrayList<>();
        for (KeyFile.Entry entry : entries) {
            // key[de]= is a translation, which key files have and options have not
            if (!entry.group().equals(GROUP) || entry.key().endsWith("]")) {
                continue;
            }
            Optional<Option<?>> option = index.named(entry.key());
            if (option.isEmpty()) {
                warnings.add(index.unknownKey(entry.key(), entry.source()));
            } else if (ChassisOptions.isCommandLineOnly(option.get())) {
                warnings.add(OptionIndex.commandLineOnly(option.get(), entry.source()));
            } else {
                Given before = given.put(option.get(), given(option.get(), entry));
                if (before != null) {
                    warnings.add(entry.key() + " is given twice: " + entry.source() + " counts, " + before.source()
                            + " is ignored");
                }
            }
        }
        return new FileValues(given, warnings);
    }

    private static Given given(Option<?> option, KeyFile.Entry entry) throws StartException {
        if (Given.isPlural(option)) {
            return new Given(option, entry.source(), entry.list());
        }
        return Given.text(option, entry.source(), entry.text());
    }
}
