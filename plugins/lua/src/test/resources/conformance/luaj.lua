--- number-text
return 12345678901.5 .. "", tostring(1 / 3), tostring(1e100), 12345678901 .. "", tostring(1e15), tostring(0.1)
--- format-flags
return ("%5.2f|%e|%g|%-8s|%.3s|"):format(3.14159, 12345.678, 0.0001, "left", "cutoff")
--- format-d-large
return ("%d"):format(2 ^ 31), ("%d"):format(2 ^ 53), ("%d"):format(-2 ^ 31 - 1), ("%d"):format(2 ^ 32)
--- upper-lower-high-bytes
return ("\228\246\252\223abc"):upper(), ("\196\214\220ABC"):lower()
--- classes-high-bytes
local n = 0 for i = 128, 255 do local c = string.char(i) if c:find("%a") or c:find("%l") or c:find("%p") or c:find("%u") or c:find("%s") or c:find("%w") then n = n + 1 end end return n
--- comparison-unsigned
return "\128" > "\127", "\255" > "a", "z" < "\200"
--- gmatch-empty-ends
local n = 0 for _ in ("abc"):gmatch("") do n = n + 1 if n > 100 then break end end return n
--- error-level-zero
return pcall(error, "x", 0), pcall(function() error("x", 0) end), pcall(function() error("x") end)
--- message-form
return pcall(loadstring("error('boom')", "src")), pcall(loadstring("\nlocal x = nil + 1", "=src"))
--- stack-overflow-is-an-error
local function f() return f() + 1 end local ok, m = pcall(f) return ok, m:match("stack overflow")
--- os-time-integer
return os.time() % 1
--- os-date-number
return os.date("!*t", 0).day, type(os.date("!*t", 0).day)
--- os-execute-shell
return os.execute("exit 2")
--- read-line-after-zero
local f = io.tmpfile() f:write("x\0y") f:seek("set") return f:read("*a")
--- update-mode-seeks
local n = os.tmpname() local f = io.open(n, "w") f:write("0123456789") f:close() f = io.open(n, "r+") f:seek("set", 3) f:write("abc") f:close()
f = io.open(n) local s = f:read("*a") f:close() os.remove(n) return s
--- missing-functions
return type(module), type(package.seeall), type(package.loaders), type(package.cpath), type(setfenv), type(getfenv), type(unpack), type(loadstring)
--- missing-functions-2
return type(table.getn), type(table.maxn), type(table.foreach), type(table.foreachi), type(string.gfind), type(math.mod), type(math.log10)
--- implicit-arg
local function f(...) return arg.n, arg[2] end return f("a", "b", "c")
--- goto-is-a-name
local goto = {goto = 1} return goto.goto
--- continue-like-names
local continue, integer = 1, 2 return continue + integer
--- string-metatable-is-own
getmetatable("").__index = function() return "hijacked" end return ("x").y
--- string-metatable-is-fresh
return ("x").upper == string.upper, ("x").y
--- number-metatable-is-fresh
return debug.getmetatable(1), debug.getmetatable(print), debug.getmetatable(nil), debug.getmetatable(true)
--- no-java
return luajava, java, package.searchers, bit32, utf8, _ENV
--- colliding-strings
local t = {} for i = 1, 20000 do t[("x"):rep(64) .. i] = i end return t[("x"):rep(64) .. 777]
--- double-arithmetic
return 3 / 2, 7 % 2.5, 2 ^ 31 + 0.5, 1e300 * 1e10, 5 / 2 * 2 == 5
--- hex-float-text
return ("%.3f"):format(2 / 3), ("%5.1f|"):format(-0.05), ("%+.3e"):format(0)
--- tostring-integer-valued
return tostring(3.0), tostring(-2.0), tostring(1e3), 6 / 2 .. ""
--- os-date-default
return #os.date("%c"), os.date("!%H:%M", 3600)
--- table-concat-numbers
return table.concat({1, 2.5, 1e20}, " ")
--- string-rep-zero
return ("x"):rep(0), ("x"):rep(-5)
--- tonumber-odd
return tonumber("0x"), tonumber("1e1"), tonumber("1e+"), tonumber("0x1g"), tonumber("1_000")
--- load-text-only-of-function
return type(load), pcall(load, nil)
--- metatable-of-files
return getmetatable(io.stdout).__name, type(getmetatable(io.stdout).__index)
--- next-after-assignment-in-loop
local t = {a = 1, b = 2, c = 3, d = 4} local n = 0 for k in pairs(t) do t[k] = nil n = n + 1 end return n, next(t)
--- length-of-strings-with-high-bytes
return #"\195\164", ("\195\164"):byte(1, -1)
--- error-with-non-string-through-pcall
local ok, e = pcall(error, setmetatable({}, {__tostring = function() return "E" end})) return ok, tostring(e)
--- select-hash
return select("#"), select("#", nil), select("#", (nil))
--- unary-minus-precision
return -(2 ^ 53), -0.1, - -5
--- integer-division-result
return 10 / 2, 7 / 2, 1e15 / 1e5
--- comparison-of-integers-and-doubles
return 1 == 1.0, 2 ^ 31 == 2147483648, 0.1 + 0.2 > 0.3, 1 < 1.5
--- loop-with-double-step
local s = {} for x = 1, 2, 0.5 do s[#s + 1] = x end return s
