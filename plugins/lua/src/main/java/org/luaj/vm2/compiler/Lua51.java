package org.luaj.vm2.compiler;

import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Prototype;
import org.luaj.vm2.compiler.FuncState.BlockCnt;

/**
 * Compiles Lua 5.1: a 5.1 lexer and grammar over LuaJ's code generator. Differs from LuaJ's own: {@code goto} is a name,
 * strings are bytes, global variables are instructions of their own (see {@link Opcodes51}) instead of an upvalue
 * {@code _ENV}, messages are those of Lua 5.1.
 */
public final class Lua51 extends Lua51Expressions {

    /** Bit of {@link Prototype#is_vararg}: the function takes {@code ...}. */
    public static final int VARARG = 1;

    /** Bit of {@link Prototype#is_vararg}: a register after the parameters is the local {@code arg}. */
    public static final int HAS_ARG = 2;

    /** Bit of {@link Prototype#is_vararg}: that register wants the table. */
    public static final int NEEDS_ARG = 4;

    private static final int MAX_TARGETS = 200;

    private Lua51(byte[] source, LuaString name) {
        super(new Lua51Lexer(source, name), name);
    }

    /**
     * Compiles a chunk.
     *
     * @param source text, without a first {@code #} line
     * @param name as Lua names chunks: {@code @file}, {@code =name}, or the text itself
     * @throws dev.mysqlproxy.plugin.lua.vm.ScriptError with Lua's message when the text is no Lua
     */
    public static Prototype compile(byte[] source, LuaString name) {
        Lua51 compiler = new Lua51(source, name);
        Lua51Function main = new Lua51Function(new Prototype());
        compiler.open_func(main, new BlockCnt());
        main.f.is_vararg = VARARG;
        main.f.numparams = 0;
        compiler.next();
        compiler.statlist();
        compiler.check(TK_EOS);
        compiler.finish();
        return main.f;
    }

    private void finish() {
        FuncState function = fs;
        close_func();
        Opcodes51.specialise(function.f);
    }

    @Override
    void statlist() {
        boolean last = false;
        enterlevel();
        while (!last && !block_follow(true)) {
            last = oneStatement();
            testnext(';');
            fs.freereg = fs.nactvar;
        }
        leavelevel();
    }

    @Override
    boolean block_follow(boolean withUntil) {
        return switch (in.token) {
            case TK_ELSE, TK_ELSEIF, TK_END, TK_EOS -> true;
            case TK_UNTIL -> withUntil;
            default -> false;
        };
    }

    /** Reads a statement and says whether it must be the last of its block. */
    private boolean oneStatement() {
        int line = in.line;
        switch (in.token) {
            case TK_IF -> ifstat(line);
            case TK_WHILE -> whilestat(line);
            case TK_DO -> {
                next();
                block();
                check_match(TK_END, TK_DO, line);
            }
            case TK_FOR -> forstat(line);
            case TK_REPEAT -> repeatstat(line);
            case TK_FUNCTION -> funcstat(line);
            case TK_LOCAL -> {
                next();
                if (testnext(TK_FUNCTION)) {
                    localfunc();
                } else {
                    localstat();
                }
            }
            case TK_RETURN -> {
                retstat();
                return true;
            }
            case TK_BREAK -> {
                breakOut();
                return true;
            }
            default -> exprstat();
        }
        return false;
    }

    private void breakOut() {
        BlockCnt loop = fs.bl;
        while (loop != null && !loop.isloop) {
            loop = loop.previous;
        }
        if (loop == null) {
            next();
            syntaxerror("no loop to break");
        }
        gotostat(fs.jump());
    }

    @Override
    void ifstat(int line) {
        IntPtr escapes = new IntPtr(NO_JUMP);
        condition(escapes);
        while (in.token == TK_ELSEIF) {
            condition(escapes);
        }
        if (testnext(TK_ELSE)) {
            block();
        }
        check_match(TK_END, TK_IF, line);
        fs.patchtohere(escapes.i);
    }

    private void condition(IntPtr escapes) {
        next();
        int exit = cond();
        checknext(TK_THEN);
        block();
        if (in.token == TK_ELSE || in.token == TK_ELSEIF) {
            fs.concat(escapes, fs.jump());
        }
        fs.patchtohere(exit);
    }

    @Override
    void forstat(int line) {
        BlockCnt loop = new BlockCnt();
        fs.enterblock(loop, true);
        next();
        LuaString name = str_checkname();
        if (in.token == '=') {
            fornum(name, line);
        } else if (in.token == ',' || in.token == TK_IN) {
            forlist(name);
        } else {
            syntaxerror("'=' or 'in' expected");
        }
        check_match(TK_END, TK_FOR, line);
        fs.leaveblock();
    }

    @Override
    void funcstat(int line) {
        expdesc target = new expdesc();
        expdesc body = new expdesc();
        next();
        singlevar(target);
        while (in.token == '.') {
            fieldsel(target);
        }
        boolean method = in.token == ':';
        if (method) {
            fieldsel(target);
        }
        body(body, method, line);
        fs.storevar(target, body);
        fs.fixline(line);
    }

    @Override
    void body(expdesc e, boolean method, int line) {
        Lua51Function function = new Lua51Function(addprototype());
        function.f.linedefined = line;
        open_func(function, new BlockCnt());
        checknext('(');
        if (method) {
            new_localvarliteral("self");
            adjustlocalvars(1);
        }
        parlist();
        checknext(')');
        statlist();
        function.f.lastlinedefined = in.line;
        check_match(TK_END, TK_FUNCTION, line);
        if (!function.usesDots && (function.f.is_vararg & HAS_ARG) != 0) {
            function.f.is_vararg |= NEEDS_ARG;
        }
        codeclosure(e);
        finish();
    }

    @Override
    void parlist() {
        int count = 0;
        fs.f.is_vararg = 0;
        if (in.token != ')') {
            do {
                if (in.token == TK_NAME) {
                    new_localvar(str_checkname());
                } else if (testnext(TK_DOTS)) {
                    new_localvarliteral("arg");
                    fs.f.is_vararg = VARARG | HAS_ARG;
                } else {
                    syntaxerror("<name> or '...' expected");
                }
                count++;
            } while (fs.f.is_vararg == 0 && testnext(','));
        }
        adjustlocalvars(count);
        fs.f.numparams = fs.nactvar - (fs.f.is_vararg != 0 ? 1 : 0);
        fs.reserveregs(fs.nactvar);
    }

    @Override
    void exprstat() {
        LHS_assign target = new LHS_assign();
        suffixedexp(target.v);
        if (target.v.k == VCALL) {
            SETARG_C(fs.getcodePtr(target.v), 1);
        } else {
            assignment(target, 1);
        }
    }

    @Override
    void assignment(LHS_assign target, int count) {
        fs.checklimit(count, MAX_TARGETS, "variables in assignment");
        super.assignment(target, count);
    }

    @Override
    void retstat() {
        next();
        int first = 0;
        int count = 0;
        if (!block_follow(true) && in.token != ';') {
            expdesc e = new expdesc();
            count = explist(e);
            if (hasmultret(e.k)) {
                fs.setmultret(e);
                if (e.k == VCALL && count == 1) {
                    SET_OPCODE(fs.getcodePtr(e), Lua.OP_TAILCALL);
                }
                first = fs.nactvar;
                count = LUA_MULTRET;
            } else if (count == 1) {
                first = fs.exp2anyreg(e);
            } else {
                fs.exp2nextreg(e);
                first = fs.nactvar;
            }
        }
        fs.ret(first, count);
    }
}
