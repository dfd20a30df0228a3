package dev.mysqlproxy.plugin.lua.vm;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.Prototype;

/**
 * What debug.getinfo tells of a function; texts have a char per byte.
 *
 * @param function null for the place of a tail call
 * @param what Lua, main, C or tail
 * @param name how it was called, null when unknown or not running
 */
public record FunctionInfo(
        LuaFunction function,
        String what,
        String source,
        String shortSource,
        int currentLine,
        int lineDefined,
        Names name) {

    /** A function that may not be running. */
    static FunctionInfo of(LuaFunction function, int line, Names name) {
        if (!(function instanceof Closure closure)) {
            return new FunctionInfo(function, "C", "=[C]", "[C]", -1, -1, name);
        }
        Prototype p = closure.prototype();
        String source = new String(p.source.m_bytes, p.source.m_offset, p.source.m_length, StandardCharsets.ISO_8859_1);
        String what = p.linedefined == 0 ? "main" : "Lua";
        return new FunctionInfo(closure, what, source, ChunkName.display(p.source), line, p.linedefined, name);
    }

    /** The running function at an index of a stack, or the place of a tail call. */
    static FunctionInfo running(CallStack calls, int index) {
        if (index == CallStack.TAIL) {
            return new FunctionInfo(null, "tail", "=(tail call)", "(tail call)", -1, -1, null);
        }
        Frame frame = calls.frame(index);
        return of(frame.function, frame.line(), Names.called(calls, index));
    }

    /** Last line of the definition, -1 for Java. */
    public int lastLineDefined() {
        return function instanceof Closure closure ? closure.prototype().lastlinedefined : -1;
    }

    /** Kind of name: global, local, method, field, upvalue, or nothing. */
    public String nameKind() {
        return name == null ? "" : name.kind();
    }

    /** The name, null when unknown. */
    public String nameText() {
        return name == null ? null : name.name();
    }
}
