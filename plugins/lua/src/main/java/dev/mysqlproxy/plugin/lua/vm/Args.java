package dev.mysqlproxy.plugin.lua.vm;

import org.luaj.vm2.LuaFunction;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Reads arguments by Lua 5.1's rules of conversion; what does not fit raises {@link BadArgument}. Positions from 1. */
public final class Args {

    private Args() {}

    /** The wrong type, in Lua's words. */
    public static BadArgument typeError(Varargs args, int position, String expected) {
        return new BadArgument(position, expected + " expected, got " + typeName(args, position));
    }

    /** Type of an argument, {@code no value} when there is none. */
    public static String typeName(Varargs args, int position) {
        return position > args.narg() ? "no value" : args.arg(position).typename();
    }

    /** Any value, nil included, but not nothing. */
    public static LuaValue any(Varargs args, int position) {
        if (position > args.narg()) {
            throw new BadArgument(position, "value expected");
        }
        return args.arg(position);
    }

    /** A string, or a number's text. */
    public static LuaString string(Varargs args, int position) {
        LuaValue value = args.arg(position);
        if (value instanceof LuaString string) {
            return string;
        }
        if (value.type() == LuaValue.TNUMBER) {
            return value.strvalue();
        }
        throw typeError(args, position, "string");
    }

    /** As {@link #string}, with a value for nil and nothing. */
    public static LuaString string(Varargs args, int position, LuaString otherwise) {
        return args.arg(position).isnil() ? otherwise : string(args, position);
    }

    /** A number, or a string that reads as one. */
    public static double number(Varargs args, int position) {
        LuaValue number = args.arg(position).tonumber();
        if (number.isnil()) {
            throw typeError(args, position, "number");
        }
        return number.todouble();
    }

    /** As {@link #number}, with a value for nil and nothing. */
    public static double number(Varargs args, int position, double otherwise) {
        return args.arg(position).isnil() ? otherwise : number(args, position);
    }

    /** A number, cut to a Java int as C would: 0 for what no 64 bits hold. */
    public static int integer(Varargs args, int position) {
        double number = number(args, position);
        return Math.abs(number) < 0x1p63 ? (int) (long) number : 0;
    }

    /** As {@link #integer}, with a value for nil and nothing. */
    public static int integer(Varargs args, int position, int otherwise) {
        return args.arg(position).isnil() ? otherwise : integer(args, position);
    }

    /** A table. */
    public static LuaTable table(Varargs args, int position) {
        if (args.arg(position) instanceof LuaTable table) {
            return table;
        }
        throw typeError(args, position, "table");
    }

    /** A function. */
    public static LuaFunction function(Varargs args, int position) {
        if (args.arg(position) instanceof LuaFunction function) {
            return function;
        }
        throw typeError(args, position, "function");
    }
}
