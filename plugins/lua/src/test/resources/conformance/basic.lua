--- library
local names = {} for k, v in pairs(_G) do names[#names + 1] = k .. ":" .. type(v) end table.sort(names) return table.concat(names, " ")
--- version
return _VERSION
--- type
return type(nil), type(1), type("x"), type({}), type(print), type(coroutine.create(function() end)), type(io.stdout), type(true)
--- type-none
type()
--- tostring
return tostring(nil), tostring(true), tostring(12), tostring(-0), tostring("x"), (tostring({}):gsub("0x%x+", "P")), (tostring(print):gsub("0x%x+", "P"))
--- tostring-none
tostring()
--- tostring-builtin-name
return (tostring(print):match("^%a+: ")), (tostring(function() end):match("^%a+: "))
--- tonumber
return tonumber("10"), tonumber("  10  "), tonumber("10a"), tonumber("0x10"), tonumber("1e2"), tonumber(""), tonumber(" "), tonumber("1 2"), tonumber({}), tonumber(nil)
--- tonumber-forms
return tonumber("0x"), tonumber("1e"), tonumber("1."), tonumber(".5"), tonumber("."), tonumber("+5"), tonumber("- 5"), tonumber("-0x10"), tonumber("5e+2"), tonumber("0x1p4")
--- tonumber-inf-nan
return tonumber("inf"), tonumber("nan"), tonumber("infinity"), tonumber("1e400")
--- tonumber-zero-byte
return tonumber("1\0"), tonumber("1\0002")
--- tonumber-whitespace
return tonumber("\t\n\v\f\r 7 \t\n"), tonumber("7\160")
--- tonumber-base
return tonumber("ff", 16), tonumber("FF", 16), tonumber("777", 8), tonumber("1010", 2), tonumber("z", 36), tonumber("8", 8), tonumber("  11  ", 2), tonumber("-ff", 16)
--- tonumber-base-10
return tonumber("1e1", 10), tonumber("0x10", 10), tonumber(15, 10)
--- tonumber-base-number
return tonumber(10, 2), tonumber(7, 8)
--- tonumber-base-16-prefix
return tonumber("0x10", 16), tonumber("1.5", 16)
--- tonumber-base-large
return tonumber("ffffffff", 16), tonumber("7fffffffffffffff", 16), tonumber("zzzzzz", 36)
--- tonumber-base-invalid
return pcall(tonumber, "1", 1), pcall(tonumber, "1", 37)
--- tonumber-base-type
return pcall(tonumber, {}, 16), pcall(tonumber)
--- select
return select(2, "a", "b", "c"), select("#"), select("#", nil, nil), (select(-1, 1, 2, 3))
--- select-negative
return select(-2, 1, 2, 3)
--- select-beyond
return select(5, 1, 2)
--- select-zero
select(0, 1)
--- select-too-negative
select(-5, 1)
--- select-bad
select("x")
--- select-fraction
return select(2.7, "a", "b", "c"), select("2", "a", "b")
--- unpack
return unpack({1, 2, 3}), unpack({1, nil, 3}, 1, 3)
--- unpack-range
return unpack({1, 2, 3}, 2), unpack({1, 2, 3}, 2, 5), unpack({}, 3, 1)
--- unpack-too-many
return pcall(unpack, {}, 1, 1e7)
--- unpack-none
unpack()
--- table-unpack-absent
return table.unpack, table.pack
--- next
return next({}), next({10}), next({10}, 1), next({a = 1})
--- next-bad
next()
--- next-deletes-during
local t = {} for i = 1, 20 do t["k" .. i] = i end for k in pairs(t) do t[k] = nil end return next(t)
--- pairs-assign-existing
local t = {a = 1, b = 2, c = 3} for k, v in pairs(t) do t[k] = v * 2 end return t
--- pairs-returns
local t = {} local f, s, c = pairs(t) return f == next, s == t, c
--- pairs-bad
pairs()
--- ipairs
local s = "" for i, v in ipairs({"a", "b", nil, "d"}) do s = s .. i .. v end return s
--- ipairs-returns
local t = {5} local f, s, c = ipairs(t) return type(f), s == t, c, f(t, 0)
--- ipairs-bad
ipairs(5)
--- pairs-order-array
local s = "" for k, v in pairs({5, 6, 7, x = 8}) do s = s .. k .. "=" .. v .. " " end return s
--- pairs-order-strings
local s = "" for k in pairs({alpha = 1, beta = 2, gamma = 3, delta = 4}) do s = s .. k .. " " end return s
--- pairs-order-strings-inserted
local t = {} for _, k in ipairs{"select", "insert", "update", "delete", "create", "drop", "alter", "show", "set"} do t[k] = 1 end
local s = "" for k in pairs(t) do s = s .. k .. " " end return s
--- pairs-order-many
local t, s = {}, {} for i = 1, 100 do t["key" .. i] = i end for k in pairs(t) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-removed
local t, s = {}, {} for i = 1, 30 do t["k" .. i] = i end for i = 1, 30, 3 do t["k" .. i] = nil end t.new = 1 t.other = 2
for k in pairs(t) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-mixed
local t, s = {10, 20, x = 1, [100] = 2, [-1] = 3, [1.5] = 4, y = 5}, {} for k in pairs(t) do s[#s + 1] = tostring(k) end return table.concat(s, " ")
--- pairs-order-sparse-numbers
local t, s = {}, {} for i = 1, 200, 13 do t[i] = true end for k in pairs(t) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-descending
local t, s = {}, {} for i = 10, 1, -1 do t[i] = true end for k in pairs(t) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-booleans
local t, s = {[true] = 1, [false] = 2, a = 3}, {} for k in pairs(t) do s[#s + 1] = tostring(k) end return table.concat(s, " ")
--- pairs-order-long-strings
local t, s = {}, {} for i = 1, 10 do t[("long"):rep(20) .. i] = i end for k, v in pairs(t) do s[#s + 1] = v end return table.concat(s, " ")
--- pairs-order-libraries
local s = {} for k in pairs(string) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-table-library
local s = {} for k in pairs(table) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-math-library
local s = {} for k in pairs(math) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-date
local s = {} for k in pairs(os.date("!*t", 0)) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-rows
local s = {} for k in pairs({name = 1, type = 2, id = 3, query = 4, resultset = 5, affected_rows = 6, insert_id = 7}) do s[#s + 1] = k end return table.concat(s, " ")
--- length-border
local t = {} t[1] = 1 t[2] = 2 t[4] = 4 return #t
--- length-border-constructor
return #{1, 2, nil, 4}, #{1, nil, 3}, #{nil}, #{nil, 2}, #{n = 1, 1, 2}
--- length-after-removal
local t = {1, 2, 3, 4, 5} t[5] = nil t[4] = nil return #t
--- length-holes
local t = {1, 2, 3, 4, 5, 6, 7, 8} t[4] = nil local a = #t t[8] = nil return a, #t
--- length-hash-array
local t = {} for i = 1, 10 do t[i] = i end t[5] = nil return #t
--- length-from-hash
local t = {[1] = 1, [2] = 2, [3] = 3} return #t
--- length-vararg-nils
local function f(...) return #{...} end return f(nil, nil, 3), f(1, nil), f(nil), f(1, nil, 3, nil)
--- rawequal
local t = {} return rawequal(t, t), rawequal(t, {}), rawequal(1, 1), rawequal("a", "a"), pcall(rawequal, 1)
--- rawget-rawset-errors
return pcall(rawget, 1, 2), pcall(rawset, {}, nil, 1), pcall(rawset, {}, 1)
--- rawlen-absent
return rawlen, load ~= nil, loadstring ~= nil
--- loadstring
return loadstring("return 1 + 1")(), loadstring("return ...")(5)
--- loadstring-error
return loadstring("x x x")
--- loadstring-bad
loadstring()
--- loadstring-number
return loadstring(5)
--- load-pieces
local pieces = {"return ", "1 ", "+ 2", nil} local i = 0 return load(function() i = i + 1 return pieces[i] end)()
--- load-empty-piece-ends
local pieces = {"return 1", "", " + 2"} local i = 0 return load(function() i = i + 1 return pieces[i] end)()
--- load-chunk-name
return load(function() return nil end, "=name"), load((function() local d return function() if not d then d = 1 return "x x" end end end)(), "=name")
--- load-default-name
local d return load(function() if not d then d = 1 return "x x" end end)
--- load-piece-not-string
return load(function() return {} end)
--- load-reader-error
return load(function() error("reader") end)
--- load-string-is-error
load("return 1")
--- loadfile-missing
return loadfile("/nonexistent/file.lua")
--- loadfile
local n = os.tmpname() local f = io.open(n, "w") f:write("return ..., 'loaded'") f:close() local c = loadfile(n) os.remove(n) return c(7)
--- loadfile-shebang
local n = os.tmpname() local f = io.open(n, "w") f:write("#!/usr/bin/lua\nreturn debug.getinfo(1, 'l').currentline") f:close() local c = loadfile(n) os.remove(n) return c()
--- loadfile-syntax-error
local n = os.tmpname() local f = io.open(n, "w") f:write("x x") f:close() local c, m = loadfile(n) os.remove(n) return c, (m:gsub("/tmp/lua_%w+", "FILE"))
--- dofile
local n = os.tmpname() local f = io.open(n, "w") f:write("g1 = 3 return 1, 2") f:close() local a, b = dofile(n) os.remove(n) return a, b, g1
--- dofile-missing
dofile("/nonexistent/file.lua")
--- dofile-runtime-error
local n = os.tmpname() local f = io.open(n, "w") f:write("\nerror('x')") f:close() local ok, m = pcall(dofile, n) os.remove(n) return ok, (m:gsub("/tmp/lua_%w+", "FILE"))
--- print
print() print(1, "a", nil, true) print(("x"):rep(3), 1.5, -0)
--- print-tabs-and-zero
print("a\0b", "\t") 
--- print-metatable
print(setmetatable({}, {__tostring = function() return "T" end}))
--- collectgarbage-options
return collectgarbage() == 0, collectgarbage("collect"), type(collectgarbage("count")), collectgarbage("stop"), collectgarbage("restart"), type(collectgarbage("step"))
--- collectgarbage-tuning
return collectgarbage("setpause", 150), collectgarbage("setpause", 200), collectgarbage("setstepmul", 300), collectgarbage("setstepmul", 200)
--- collectgarbage-bad
collectgarbage("bogus")
--- collectgarbage-bad-type
collectgarbage({})
--- gcinfo
return type(gcinfo()), gcinfo() > 0
--- count-positive
return collectgarbage("count") > 0
--- newproxy
local p = newproxy() local q = newproxy(true) local r = newproxy(q) return type(p), getmetatable(p), type(getmetatable(q)), getmetatable(q) == getmetatable(r)
--- newproxy-bad
return pcall(newproxy, 5), pcall(newproxy, {})
--- newproxy-false
return getmetatable(newproxy(false))
--- newproxy-index
local p = newproxy(true) getmetatable(p).__index = function(_, k) return k end return p.hello
--- xpcall-arguments
return pcall(xpcall)
--- global-functions-are-replaceable
local old = print print = function(...) old("mine", ...) end print(1)
--- unpack-with-strings
return unpack({1, 2, 3}, "2")
--- tostring-large-integers
return tostring(2 ^ 31), tostring(2 ^ 53), tostring(2 ^ 63), tostring(1e14), tostring(1e15), tostring(123456789012345)
--- string-coercion-of-integers
return 2 ^ 31 .. "", 1e14 .. "", 1e15 .. "", -1e14 .. "", 100000000000000 .. "", 99999999999999 .. ""
--- pairs-order-os-library
local s = {} for k in pairs(os) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-io-library
local s = {} for k in pairs(io) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-coroutine-library
local s = {} for k in pairs(coroutine) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-debug-library
local s = {} for k in pairs(debug) do s[#s + 1] = k end return table.concat(s, " ")
--- pairs-order-package-library
local s = {} for k in pairs(package) do s[#s + 1] = k end return table.concat(s, " ")
--- select-too-large
return pcall(select, 1e300, 1)
