--- long-string
return [[a
b]], [==[
]]x]==], [[

two]]
--- long-comment
--[[ one
two ]] local a = 1 --[==[ ]] ]==] return a
--- escapes
return "\a\b\f\n\r\t\v\\\"\'\0\065\10x\
y"
--- lenient-escapes
return "\q\%\w\-", '\d'
--- escape-max
return "\255\0001"
--- string-quotes
return 'it"s', "it's"
--- hex-numbers
return 0xff, 0XA, 0x7fffffff, 0xffffffff
--- hex-large
return 0xffffffffffff
--- numbers
return 3, 3., .5, 3e2, 0.31416E1, 314.16e-2, 1e+3
--- semicolons
local a = 1; local b = 2; return a + b;
--- method-definition
local t = {n = 3} function t.f(x) return x end function t:g(y) return self.n + y end return t.f(1), t:g(2)
--- nested-method-definition
local t = {a = {b = {}}} function t.a.b.f() return "f" end function t.a.b:m() return self == t.a.b end
return t.a.b.f(), t.a.b:m()
--- multiple-assignment
local a, b, c = 1, 2 a, b = b, a return a, b, c
--- assignment-order
local i, t = 3, {} i, t[i] = i + 1, 20 return i, t[3], t[4]
--- adjust-results
local function f() return 1, 2, 3 end
local t = {f(), f()} local u = {f(), (f())} return #t, #u, (f())
--- adjust-middle
local function f() return 1, 2 end return f(), f()
--- adjust-none
local function f() end return (f()), f()
--- table-constructors
local t = {1, 2; x = 3, [10] = 4, ["a b"] = 5,} return t
--- constructor-varargs
local function f(...) return {..., "e"}, {...} end return f(1, 2, 3)
--- constructor-nil-tail
return #{1, 2, nil}, #{nil, nil, 3}, #{n = 1}
--- constructor-many
local t = {} for i = 1, 120 do t[i] = i end
local s = "return {" .. table.concat(t, ",") .. "}" local u = loadstring(s)() return #u, u[51], u[120]
--- and-or
return nil and 1, false or nil, 1 and 2, nil or "x", false and error("no") or 3, not nil, not 0
--- precedence
return 2 ^ 3 ^ 2, -2 ^ 2, not 1 == 2, 1 .. 2 .. 3, 2 * 3 + 4 * 5, "a" .. 1 + 2, -3 % 5, 7 - 3 - 2
--- comparison-chain
return 1 < 2 == true, "a" < "b", "a" < "B", "" < "a", "a\0b" > "a\0a", "Z" < "a"
--- equality
return 1 == 1.0, "1" == 1, nil == false, {} == {}, 0 == -0, "a" == "a"
--- arithmetic-strings
return "10" + 5, "0x10" * 2, " 3 " - 1, "1e1" / "2", 10 .. ""
--- modulo
return 5 % 3, -5 % 3, 5 % -3, -5 % -3, 5.5 % 2, -0.5 % 1, 1e15 % 7
--- division-by-zero
return 1 / 0, -1 / 0, 0 / 0, 1 % 0
--- modulo-infinity
return 5 % math.huge, -5 % math.huge
--- length
return #"", #"a\0b", #{1, 2, 3}
--- concat-numbers
return 1 .. "", 1.5 .. "|", -0 .. "", 1e100 .. "", 2 ^ 53 .. ""
--- while-break
local i = 0 while true do i = i + 1 if i > 4 then break end end return i
--- repeat-scope
local n = 0 repeat local done = n > 2 n = n + 1 until done return n
--- numeric-for
local s = "" for i = 1, 3 do s = s .. i end for i = 3, 1, -1 do s = s .. i end for i = 1, 0 do s = "no" end return s
--- numeric-for-fraction
local n = 0 for i = 0, 1, 0.1 do n = n + 1 end return n
--- numeric-for-zero-step
local n = 0 for i = 1, 0, 0 do n = n + 1 if n > 3 then break end end return n
--- numeric-for-strings
local s = "" for i = "1", "3" do s = s .. i end return s
--- numeric-for-variable-copy
local s = "" for i = 1, 3 do s = s .. i i = i * 10 end return s
--- generic-for
local s = "" for k, v in next, {10, 20} do s = s .. k .. v end return s
--- generic-for-closures
local fs = {} for i = 1, 3 do fs[i] = function() i = i + 1 return i end end return fs[1](), fs[1](), fs[2]()
--- generic-for-call-iterator
local t = setmetatable({}, {__call = function(self, s, c) if c < 3 then return c + 1 end end})
local s = "" for i in t, nil, 0 do s = s .. i end return s
--- varargs
local function f(...) return select("#", ...), ... end return f(nil, 1, nil)
--- varargs-in-middle
local function f(...) return (...), ... end return f(1, 2)
--- implicit-arg
function f(...) return arg end return f(1, nil, 3)
--- implicit-arg-n
local function f(a, ...) return arg.n, #arg, arg[1] end return f(1, 2, 3)
--- implicit-arg-not-with-dots
local function f(...) local x = ... return arg end return f(1)
--- main-chunk-varargs
return select("#", ...), ...
--- upvalues-shared
local n = 0 local function inc() n = n + 1 end local function get() return n end inc() inc() return get()
--- recursion-local
local function fact(n) return n < 2 and 1 or n * fact(n - 1) end return fact(20), fact(25)
--- tail-calls-unbounded
local function loop(n) if n == 0 then return "done" end return loop(n - 1) end return loop(100000)
--- goto-is-a-name
local goto = 1 return goto
--- keyword-fields
local t = {} t["end"] = 1 return t["end"]
--- call-without-parentheses
local function f(x) return type(x) end return f"s", f{}, f[[l]]
--- chained-calls
local t = {f = function(self) return self end, g = function(self, n) return n end} return t:f():f():g(7)
--- string-method-literal
return ("x"):rep(3), ("%d"):format(3)
--- return-in-block
do return 1 end return 2
--- shadowing
local x = 1 do local x = x + 1 x = x * 2 end local x = x .. "s" return x
--- local-function-recursion-scope
local f = function() return type(f) end return f()
--- big-string-literal
return #("return '" .. ("x"):rep(70000) .. "'"), #loadstring("return '" .. ("x"):rep(70000) .. "'")()
--- crlf-lines
return loadstring("local a = 1\r\nlocal b = 2\r\nreturn a + b .. 'x\\\r\ny'")()
--- line-count-crlf
return pcall(loadstring("\r\n\r\n\n\rerror('x')", "=c"))
--- shebang-not-in-loadstring
return loadstring("#!/bin/lua\nreturn 1", "=c")
--- comment-at-end
return loadstring("return 1 -- end")(), loadstring("--")
--- many-locals
local parts = {} for i = 1, 200 do parts[i] = "local a" .. i .. "=" .. i end
return loadstring(table.concat(parts, "\n") .. "\nreturn a1 + a200")()
--- many-constants
local parts = {} for i = 1, 600 do parts[i] = "x = x + " .. i .. ".25" end
return loadstring("local x = 0 " .. table.concat(parts, " ") .. " return x")()
--- deep-nesting
return loadstring("return " .. ("("):rep(150) .. "1" .. (")"):rep(150))()
--- nested-functions
return (function(a) return (function(b) return (function(c) return a + b + c end)(3) end)(2) end)(1)
--- unary-minus-string
return -"2", - -3, -"0x10"
--- not-precedence
return not true == false, not (1 == 2), #"abc" + 1, -#"abc"
--- concat-right-assoc-meta
local mt = {__concat = function(a, b) return (type(a) == "table" and "t" or a) .. "," .. (type(b) == "table" and "t" or b) end}
local t = setmetatable({}, mt) return "a" .. "b" .. t .. "c" .. "d"
--- evaluation-order-calls
local s = "" local function f(x) s = s .. x return x end
local t = {f(1), f(2), [f(3)] = f(4)} local _ = f(5) + f(6) * f(7) return s
--- long-string-crlf
return loadstring("return [[\r\na\r\nb\n\rc]]")()
--- integer-keys-normalised
local t = {} t[1.0] = "a" t[2 ^ 53] = "b" return t[1], t[9007199254740992], t["1"]
--- nil-key-read
local t = {} return t[nil]
--- nan-key-read
local t = {} return t[0 / 0]
--- number-formats-read-back
return 1e308 * 10, -1e308 * 10, 5e-324, 123456789012345678
