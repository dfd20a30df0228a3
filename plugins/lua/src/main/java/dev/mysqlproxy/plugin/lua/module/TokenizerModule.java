package dev.mysqlproxy.plugin.lua.module;

import dev.mysqlproxy.plugin.lua.vm.Args;
import dev.mysqlproxy.plugin.lua.vm.BadArgument;
import dev.mysqlproxy.plugin.lua.vm.LuaState;
import dev.mysqlproxy.plugin.lua.vm.Native;
import dev.mysqlproxy.plugin.lua.vm.PucTable;
import dev.mysqlproxy.protocol.sql.Normalizer;
import dev.mysqlproxy.protocol.sql.TokenKind;
import dev.mysqlproxy.protocol.sql.Tokenizer;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * {@code mysql.tokenizer}: {@code tokenize(sql)} and, new, {@code normalize(tokens)}, which does in one go what {@code
 * proxy.tokenizer.normalize} does token by token. Tokens have one field more than they had: {@code quoted}.
 */
final class TokenizerModule {

    private static final LuaString TEXT = LuaString.valueOf("text");
    private static final LuaString TOKEN_ID = LuaString.valueOf("token_id");
    private static final LuaString TOKEN_NAME = LuaString.valueOf("token_name");
    private static final LuaString QUOTED = LuaString.valueOf("quoted");
    private static final LuaString[] NAMES = names();
    private static final int STEPS_SHIFT = 4;

    private final LuaState state;
    private final Tokenizer tokenizer = new Tokenizer();
    private final Normalizer normalizer = new Normalizer();
    private final LuaTable arrayMetatable = new PucTable();
    private final LuaTable tokenMetatable = new PucTable();

    private record Token(TokenArray array, int index) {}

    private TokenizerModule(LuaState state) {
        this.state = state;
        method(arrayMetatable, "__index", this::element);
        method(arrayMetatable, "__newindex", this::remove);
        method(arrayMetatable, "__len", args -> LuaValue.valueOf(array(args).size()));
        method(tokenMetatable, "__index", this::field);
    }

    static LuaTable open(LuaState state, Host host) {
        TokenizerModule module = new TokenizerModule(state);
        return Library.open(state, "tokenizer", host.version(), "a tokenizer for MySQL's SQL")
                .add("tokenize", module::tokenize)
                .add("normalize", module::normalize)
                .table();
    }

    private static void method(LuaTable metatable, String name, Native.Body body) {
        metatable.rawset(LuaString.valueOf(name), Native.of(name, body));
    }

    private Varargs tokenize(Varargs args) {
        LuaString sql = Args.string(args, 1);
        state.building(sql.m_length);
        return new LuaUserdata(TokenArray.of(Strings.bytes(sql), tokenizer, state), arrayMetatable);
    }

    private Varargs normalize(Varargs args) {
        TokenArray tokens = array(args);
        state.spend(1 + tokens.size());
        normalizer.clear();
        tokens.addTo(normalizer);
        state.spend(normalizer.length() >> STEPS_SHIFT);
        state.building(normalizer.length());
        LuaString text = LuaString.valueUsing(normalizer.toByteArray());
        normalizer.clear();
        return text;
    }

    private Varargs element(Varargs args) {
        TokenArray array = array(args);
        int index = Args.integer(args, 2) - 1;
        return array.has(index) ? new LuaUserdata(new Token(array, index), tokenMetatable) : LuaValue.NIL;
    }

    private Varargs remove(Varargs args) {
        TokenArray array = array(args);
        int index = Args.integer(args, 2) - 1;
        if (!args.arg(3).isnil()) {
            throw Args.typeError(args, 3, "nil");
        }
        array.remove(index);
        return LuaValue.NONE;
    }

    private Varargs field(Varargs args) {
        if (!(args.arg1() instanceof LuaUserdata userdata) || !(userdata.m_instance instanceof Token token)) {
            throw new BadArgument(1, "token expected, got " + Args.typeName(args, 1));
        }
        LuaString key = Args.string(args, 2);
        if (key.equals(TEXT)) {
            return token.array().text(token.index(), state);
        } else if (key.equals(TOKEN_NAME)) {
            return NAMES[token.array().kind(token.index()).id()];
        } else if (key.equals(TOKEN_ID)) {
            return LuaValue.valueOf(token.array().kind(token.index()).id());
        } else if (key.equals(QUOTED)) {
            return LuaValue.valueOf(token.array().isQuoted(token.index()));
        }
        throw new LuaError("tokens[...] has no " + Strings.latin1(key) + " field");
    }

    private static TokenArray array(Varargs args) {
        if (args.arg1() instanceof LuaUserdata userdata && userdata.m_instance instanceof TokenArray array) {
            return array;
        }
        throw Args.typeError(args, 1, "tokens");
    }

    private static LuaString[] names() {
        TokenKind[] kinds = TokenKind.values();
        LuaString[] names = new LuaString[kinds.length];
        for (TokenKind kind : kinds) {
            names[kind.id()] = LuaString.valueOf(kind.tokenName());
        }
        return names;
    }
}
