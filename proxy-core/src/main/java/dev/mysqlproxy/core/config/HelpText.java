package dev.mysqlproxy.core.config;

import dev.mysqlproxy.api.option.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The text of {@code --help}, {@code --help-all} and {@code --help-<plugin>}, 80 columns wide. */
public final class HelpText {

    private static final int WIDTH = 80;
    private static final int WIDEST_LEFT = 34;
    private static final int GAP = 2;
    /** A blank at which no line is cut. */
    private static final char GLUE = '\u00a0';

    private static final String USAGE = """
            Usage:
              mysql-proxy [OPTION...]

            Stands between MySQL clients and MySQL servers.
            """;

    private HelpText() {}

    /**
     * What the user asked for; names of groups that do not exist are passed over.
     *
     * @param groups that of the chassis first, as {@link Configuration#groups()} has them
     */
    public static String of(HelpRequest request, List<OptionGroup> groups) {
        StringBuilder text = new StringBuilder(USAGE);
        appendHelpOptions(text, groups);
        if (request.all()) {
            groups.forEach(group -> append(text, group));
            return text.toString();
        }
        for (OptionGroup group : groups) {
            boolean chassis = group.name().equals(ChassisOptions.GROUP.name());
            if (chassis ? request.main() : request.groups().contains(group.name())) {
                append(text, group);
            }
        }
        return text.toString();
    }

    private static void appendHelpOptions(StringBuilder text, List<OptionGroup> groups) {
        List<Row> rows = new ArrayList<>();
        rows.add(row(ChassisOptions.HELP));
        rows.add(row(ChassisOptions.HELP_ALL));
        for (OptionGroup group : groups) {
            if (!group.name().equals(ChassisOptions.GROUP.name())) {
                rows.add(new Row(
                        "    --" + OptionIndex.HELP_PREFIX + group.name(),
                        "explain the options of plugin " + group.name()));
            }
        }
        appendRows(text, "Help Options", rows);
    }

    private static void append(StringBuilder text, OptionGroup group) {
        List<Row> rows = new ArrayList<>();
        for (Option<?> option : group.options()) {
            if (!option.equals(ChassisOptions.HELP) && !option.equals(ChassisOptions.HELP_ALL)) {
                rows.add(row(option));
            }
        }
        appendRows(text, group.title(), rows);
    }

    private static Row row(Option<?> option) {
        String letter = option.shortName().map(c -> "-" + c + ", ").orElse("    ");
        String argument = argument(option);
        return new Row(letter + "--" + option.name() + (argument.isEmpty() ? "" : "=" + argument), explanation(option));
    }

    /** What stands for the value; empty for a flag. */
    static String argument(Option<?> option) {
        return switch (option.kind()) {
            case FLAG -> "";
            case TEXT -> "TEXT";
            case LIST -> "A,B,...";
            case INTEGER -> "N";
            case SECONDS -> "SECONDS";
            case PATH, PATHS -> "PATH";
            case CHOICE -> "WORD";
        };
    }

    /** The default as the user would write it, when there is one worth telling. */
    static Optional<String> defaultText(Option<?> option) {
        if (option.secret()) {
            return Optional.empty();
        }
        if (option.kind() == Option.Kind.FLAG) {
            return option.defaultValue().filter(Boolean.TRUE::equals).map(on -> "on");
        }
        return option.defaultValue().map(value -> Shown.value(option, value)).filter(text -> !text.isEmpty());
    }

    private static String explanation(Option<?> option) {
        StringBuilder text = new StringBuilder(option.help());
        if (option.kind() == Option.Kind.CHOICE) {
            text.append("; one of ").append(String.join(", ", option.choices()));
        }
        if (option.kind() == Option.Kind.PATHS) {
            text.append("; may be repeated");
        }
        defaultText(option)
                .ifPresent(value ->
                        text.append(" (default:").append(GLUE).append(value).append(')'));
        return text.toString();
    }

    private static void appendRows(StringBuilder text, String title, List<Row> rows) {
        text.append('\n').append(title).append(":\n");
        int left = 0;
        for (Row row : rows) {
            if (row.left().length() <= WIDEST_LEFT) {
                left = Math.max(left, row.left().length());
            }
        }
        int column = GAP + left + GAP;
        for (Row row : rows) {
            text.append(" ".repeat(GAP)).append(row.left());
            int at = GAP + row.left().length();
            for (String line : wrap(row.right(), WIDTH - column)) {
                if (at + GAP > column) {
                    text.append('\n');
                    at = 0;
                }
                text.append(" ".repeat(column - at)).append(line.replace(GLUE, ' '));
                at = WIDTH;
            }
            text.append('\n');
        }
    }

    /** Cuts at blanks; a word longer than the width stands alone. */
    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        int from = 0;
        while (from <= text.length()) {
            int blank = text.indexOf(' ', from);
            String word = text.substring(from, blank < 0 ? text.length() : blank);
            if (line.length() > 0 && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
            from = blank < 0 ? text.length() + 1 : blank + 1;
        }
        lines.add(line.toString());
        return lines;
    }

    private record Row(String left, String right) {}
}
