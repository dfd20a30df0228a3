package dev.mysqlproxy.plugin.lua.module.lpeg;

import dev.mysqlproxy.plugin.lua.vm.LuaState;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;

/** A pattern as the script sees it: a userdata whose metatable has LPeg's operators. Equal only to itself. */
final class Pattern extends LuaUserdata {

    private final Tree tree;
    private Program program;

    Pattern(Tree tree, LuaTable metatable) {
        super(new Object(), metatable);
        this.tree = tree;
    }

    Tree tree() {
        return tree;
    }

    /** Its code, made when first asked for. */
    Program program(LuaState state) {
        if (program == null) {
            try {
                program = Compiler.compile(state, tree);
            } catch (StackOverflowError e) {
                throw tooDeep();
            }
        }
        return program;
    }

    /** Patterns nested in patterns are walked by recursion; a thousand levels fit, many thousands do not. */
    static LuaError tooDeep() {
        return new LuaError("pattern nested too deep");
    }

    @Override
    public String tojstring() {
        return String.format("userdata: 0x%08x", System.identityHashCode(this));
    }
}
