package org.luaj.vm2.compiler;

import org.luaj.vm2.Lua;
import org.luaj.vm2.LuaString;

/** The expressions of Lua 5.1's grammar, and what of {@link LexState} works on tokens, for our tokens. */
abstract class Lua51Expressions extends LexState {

    /** Left and right priority of the binary operators, in the order of OPR_. */
    private static final int[] LEFT = {6, 6, 7, 7, 7, 10, 5, 3, 3, 3, 3, 3, 3, 2, 1};

    private static final int[] RIGHT = {6, 6, 7, 7, 7, 9, 4, 3, 3, 3, 3, 3, 3, 2, 1};
    private static final int UNARY = 8;
    private static final int MAX_LEVELS = 200;

    final Lua51Lexer in;
    private int levels;

    Lua51Expressions(Lua51Lexer in, LuaString name) {
        super(new LuaC.CompileState(), null);
        this.in = in;
        source = name;
        linenumber = 1;
        lastline = 1;
    }

    @Override
    void next() {
        in.next();
        linenumber = in.line;
        lastline = in.lastLine;
    }

    @Override
    void lexerror(String message, int token) {
        throw in.error(message, token);
    }

    @Override
    void syntaxerror(String message) {
        throw in.error(message, in.token);
    }

    @Override
    void semerror(String message) {
        throw in.error(message, 0);
    }

    @Override
    void enterlevel() {
        if (++levels > MAX_LEVELS) {
            throw in.error("chunk has too many syntax levels", 0);
        }
    }

    @Override
    void leavelevel() {
        levels--;
    }

    @Override
    LuaString newstring(String text) {
        return in.intern(LuaString.valueOf(text));
    }

    @Override
    boolean testnext(int token) {
        if (in.token != token) {
            return false;
        }
        next();
        return true;
    }

    @Override
    void check(int token) {
        if (in.token != token) {
            syntaxerror("'" + Lua51Lexer.describe(token) + "' expected");
        }
    }

    @Override
    void check_match(int what, int who, int where) {
        if (testnext(what)) {
            return;
        }
        if (where == in.line) {
            check(what);
        }
        syntaxerror("'" + Lua51Lexer.describe(what) + "' expected (to close '" + Lua51Lexer.describe(who) + "' at line "
                + where + ")");
    }

    @Override
    LuaString str_checkname() {
        check(TK_NAME);
        LuaString name = (LuaString) in.value;
        next();
        return name;
    }

    @Override
    void singlevar(expdesc variable) {
        LuaString name = str_checkname();
        if (FuncState.singlevaraux(fs, name, variable, 1) == VVOID) {
            expdesc key = new expdesc();
            codestring(key, name);
            variable.init(VINDEXED, 0);
            variable.u.ind_vt = VUPVAL;
            variable.u.ind_t = Lua51Function.ENVIRONMENT;
            variable.u.ind_idx = (short) fs.exp2RK(key);
        }
    }

    private void constructorOf(expdesc table) {
        int line = in.line;
        int pc = fs.codeABC(Lua.OP_NEWTABLE, 0, 0, 0);
        ConsControl items = new ConsControl();
        items.t = table;
        table.init(VRELOCABLE, pc);
        items.v.init(VVOID, 0);
        fs.exp2nextreg(table);
        checknext('{');
        do {
            if (in.token == '}') {
                break;
            }
            fs.closelistfield(items);
            if (in.token == '[' || in.token == TK_NAME && in.lookahead() == '=') {
                recordItem(items);
            } else {
                expr(items.v);
                items.na++;
                items.tostore++;
            }
        } while (testnext(',') || testnext(';'));
        check_match('}', '{', line);
        fs.lastlistfield(items);
        InstructionPtr instruction = new InstructionPtr(fs.f.code, pc);
        SETARG_B(instruction, luaO_int2fb(items.na));
        SETARG_C(instruction, luaO_int2fb(items.nh));
    }

    private void recordItem(ConsControl items) {
        short free = fs.freereg;
        expdesc key = new expdesc();
        expdesc value = new expdesc();
        if (in.token == TK_NAME) {
            checkname(key);
        } else {
            yindex(key);
        }
        items.nh++;
        checknext('=');
        int rk = fs.exp2RK(key);
        expr(value);
        fs.codeABC(Lua.OP_SETTABLE, items.t.u.info, rk, fs.exp2RK(value));
        fs.freereg = free;
    }

    private void arguments(expdesc function) {
        expdesc args = new expdesc();
        int line = in.line;
        switch (in.token) {
            case '(' -> {
                if (line != in.lastLine) {
                    syntaxerror("ambiguous syntax (function call x new statement)");
                }
                next();
                if (in.token == ')') {
                    args.k = VVOID;
                } else {
                    explist(args);
                    fs.setmultret(args);
                }
                check_match(')', '(', line);
            }
            case '{' -> constructorOf(args);
            case TK_STRING -> {
                codestring(args, (LuaString) in.value);
                next();
            }
            default -> syntaxerror("function arguments expected");
        }
        int base = function.u.info;
        int count = LUA_MULTRET;
        if (!hasmultret(args.k)) {
            if (args.k != VVOID) {
                fs.exp2nextreg(args);
            }
            count = fs.freereg - (base + 1);
        }
        function.init(VCALL, fs.codeABC(Lua.OP_CALL, base, count + 1, 2));
        fs.fixline(line);
        fs.freereg = (short) (base + 1);
    }

    private void prefix(expdesc v) {
        if (in.token == '(') {
            int line = in.line;
            next();
            expr(v);
            check_match(')', '(', line);
            fs.dischargevars(v);
        } else if (in.token == TK_NAME) {
            singlevar(v);
        } else {
            syntaxerror("unexpected symbol");
        }
    }

    @Override
    void suffixedexp(expdesc v) {
        prefix(v);
        while (true) {
            switch (in.token) {
                case '.' -> fieldsel(v);
                case '[' -> {
                    expdesc key = new expdesc();
                    fs.exp2anyregup(v);
                    yindex(key);
                    fs.indexed(v, key);
                }
                case ':' -> {
                    expdesc key = new expdesc();
                    next();
                    checkname(key);
                    fs.self(v, key);
                    arguments(v);
                }
                case '(', TK_STRING, '{' -> {
                    fs.exp2nextreg(v);
                    arguments(v);
                }
                default -> {
                    return;
                }
            }
        }
    }

    private void simple(expdesc v) {
        switch (in.token) {
            case TK_NUMBER -> {
                v.init(VKNUM, 0);
                v.u.setNval(in.value);
            }
            case TK_STRING -> codestring(v, (LuaString) in.value);
            case TK_NIL -> v.init(VNIL, 0);
            case TK_TRUE -> v.init(VTRUE, 0);
            case TK_FALSE -> v.init(VFALSE, 0);
            case TK_DOTS -> {
                check_condition(fs.f.is_vararg != 0, "cannot use '...' outside a vararg function");
                ((Lua51Function) fs).usesDots = true;
                v.init(VVARARG, fs.codeABC(Lua.OP_VARARG, 0, 1, 0));
            }
            case '{' -> {
                constructorOf(v);
                return;
            }
            case TK_FUNCTION -> {
                next();
                body(v, false, in.line);
                return;
            }
            default -> {
                suffixedexp(v);
                return;
            }
        }
        next();
    }

    @Override
    void expr(expdesc v) {
        operation(v, 0);
    }

    /** Reads operands as long as their operators bind stronger than the limit; the operator that does not. */
    private int operation(expdesc v, int limit) {
        enterlevel();
        int unary = unary(in.token);
        if (unary == OPR_NOUNOPR) {
            simple(v);
        } else {
            next();
            operation(v, UNARY);
            fs.prefix(unary, v, in.lastLine);
        }
        int op = binary(in.token);
        while (op != OPR_NOBINOPR && LEFT[op] > limit) {
            expdesc right = new expdesc();
            next();
            fs.infix(op, v);
            int nextOp = operation(right, RIGHT[op]);
            fs.posfix(op, v, right, in.lastLine);
            op = nextOp;
        }
        leavelevel();
        return op;
    }

    private static int unary(int token) {
        return switch (token) {
            case TK_NOT -> OPR_NOT;
            case '-' -> OPR_MINUS;
            case '#' -> OPR_LEN;
            default -> OPR_NOUNOPR;
        };
    }

    private static int binary(int token) {
        return switch (token) {
            case '+' -> OPR_ADD;
            case '-' -> OPR_SUB;
            case '*' -> OPR_MUL;
            case '/' -> OPR_DIV;
            case '%' -> OPR_MOD;
            case '^' -> OPR_POW;
            case TK_CONCAT -> OPR_CONCAT;
            case TK_NE -> OPR_NE;
            case TK_EQ -> OPR_EQ;
            case '<' -> OPR_LT;
            case TK_LE -> OPR_LE;
            case '>' -> OPR_GT;
            case TK_GE -> OPR_GE;
            case TK_AND -> OPR_AND;
            case TK_OR -> OPR_OR;
            default -> OPR_NOBINOPR;
        };
    }
}
