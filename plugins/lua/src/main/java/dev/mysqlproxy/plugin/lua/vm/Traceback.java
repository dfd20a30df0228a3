package dev.mysqlproxy.plugin.lua.vm;

/** The running functions as debug.traceback lists them; a char per byte. */
final class Traceback {

    private static final int FIRST = 12;
    private static final int LAST = 10;

    private Traceback() {}

    /** Lists the levels from one on. */
    static String of(CallStack calls, int from) {
        StringBuilder text = new StringBuilder("stack traceback:");
        int level = from;
        boolean first = true;
        for (int index = calls.at(level); index != CallStack.ABSENT; index = calls.at(++level)) {
            if (first && level >= FIRST) {
                first = false;
                if (calls.at(level + 1 + LAST) != CallStack.ABSENT) {
                    text.append("\n\t...");
                    while (calls.at(level + LAST) != CallStack.ABSENT) {
                        level++;
                    }
                    index = calls.at(level);
                }
            }
            text.append("\n\t").append(line(calls, index));
        }
        return text.toString();
    }

    private static String line(CallStack calls, int index) {
        FunctionInfo info = FunctionInfo.running(calls, index);
        String place = info.shortSource() + ":" + (info.currentLine() > 0 ? info.currentLine() + ":" : "");
        if (info.name() != null) {
            return place + " in function '" + info.name().name() + "'";
        }
        return place
                + switch (info.what()) {
                    case "main" -> " in main chunk";
                    case "C", "tail" -> " ?";
                    default -> " in function <" + info.shortSource() + ":" + info.lineDefined() + ">";
                };
    }
}
