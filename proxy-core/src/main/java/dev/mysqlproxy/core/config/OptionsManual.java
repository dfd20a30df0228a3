package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.option.Option;
import java.util.List;

/** The manual's tables of options, made from the definitions. */
public final class OptionsManual {

    private OptionsManual() {}

    /** A heading and a Markdown table for each group; the same on every machine. */
    public static String markdown(List<OptionGroup> groups) {
        StringBuilder text = new StringBuilder();
        for (OptionGroup group : groups) {
            if (text.length() > 0) {
                text.append('\n');
            }
            text.append("## ").append(cell(group.title())).append("\n\n");
            text.append("| option | short | value | default | meaning |\n");
            text.append("|---|---|---|---|---|\n");
            for (Option<?> option : group.options()) {
                text.append("| ")
                        .append(code("--" + option.name()))
                        .append(" | ")
                        .append(option.shortName().map(c -> code("-" + c)).orElse(""))
                        .append(" | ")
                        .append(cell(value(option)))
                        .append(" | ")
                        .append(defaultCell(option))
                        .append(" | ")
                        .append(cell(option.help()))
                        .append(places(option))
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    private static String value(Option<?> option) {
        return option.kind() == Option.Kind.FLAG ? "flag" : ValueReader.accepted(option);
    }

    private static String defaultCell(Option<?> option) {
        if (option.kind() == Option.Kind.FLAG) {
            return option.defaultValue().filter(Boolean.TRUE::equals).isPresent() ? "on" : "off";
        }
        return HelpText.defaultText(option).map(OptionsManual::code).orElse("");
    }

    private static String places(Option<?> option) {
        if (ChassisOptions.isCommandLineOnly(option)) {
            return " (command line only)";
        }
        return option.changeable() ? " (can be SET at run time)" : "";
    }

    private static String code(String text) {
        return "`" + cell(text) + "`";
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace('\n', ' ');
    }
}
