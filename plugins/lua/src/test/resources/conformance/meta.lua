--- arithmetic
local mt = {} for _, n in ipairs{"add", "sub", "mul", "div", "mod", "pow"} do mt["__" .. n] = function(a, b) return n end end
mt.__unm = function(a, b) return "unm", a == b end
local t = setmetatable({}, mt) return t + 1, 1 - t, t * t, "x" / t, t % 2, 2 ^ t, -t
--- arithmetic-right-operand
local t = setmetatable({}, {__add = function(a, b) return type(a), type(b) end}) return 5 + t, t + 5
--- arithmetic-one-result
local t = setmetatable({}, {__add = function(a, b) return 1, 2 end}) return t + 1
--- arithmetic-left-first
local a = setmetatable({}, {__add = function() return "a" end}) local b = setmetatable({}, {__add = function() return "b" end})
return a + b, b + a
--- concat
local t = setmetatable({}, {__concat = function(a, b) return type(a) .. type(b) end}) return t .. "x", "x" .. t, 1 .. t, t .. t
--- len-on-table-ignored
local t = setmetatable({1, 2}, {__len = function() return 99 end}) return #t
--- len-on-userdata
local u = newproxy(true) getmetatable(u).__len = function() return 7 end return #u
--- eq
local mt = {__eq = function() return true end} local a, b = setmetatable({}, mt), setmetatable({}, mt)
return a == b, a ~= b, a == 1, rawequal(a, b)
--- eq-different-metamethods
local a, b = setmetatable({}, {__eq = function() return true end}), setmetatable({}, {__eq = function() return true end}) return a == b
--- eq-same-function
local f = function() return true end
local a, b = setmetatable({}, {__eq = f}), setmetatable({}, {__eq = f}) return a == b
--- eq-result-to-boolean
local mt = {__eq = function() return 1 end} return setmetatable({}, mt) == setmetatable({}, mt)
--- lt-le
local mt = {} mt.__lt = function(a, b) return a.v < b.v end mt.__le = function(a, b) return a.v <= b.v end
local a, b = setmetatable({v = 1}, mt), setmetatable({v = 2}, mt) return a < b, a > b, a <= b, a >= b
--- le-from-lt
local mt = {__lt = function(a, b) return a.v < b.v end}
local a, b = setmetatable({v = 1}, mt), setmetatable({v = 1}, mt) return a <= b, a >= b
--- lt-mixed-types
local t = setmetatable({}, {__lt = function() return true end}) return pcall(function() return t < 1 end)
--- lt-different-metamethods
local a, b = setmetatable({}, {__lt = function() return true end}), setmetatable({}, {__lt = function() return true end})
return pcall(function() return a < b end)
--- index-function
local t = setmetatable({a = 1}, {__index = function(t, k) return k .. "!" end}) return t.a, t.b, t[5 .. ""]
--- index-table-chain
local a = {x = 1} local b = setmetatable({y = 2}, {__index = a}) local c = setmetatable({}, {__index = b}) return c.x, c.y, c.z
--- index-raw
local t = setmetatable({}, {__index = {x = 1}}) return rawget(t, "x"), t.x
--- index-one-result
local t = setmetatable({}, {__index = function() return 1, 2 end}) return t.x
--- newindex-function
local log = {} local t = setmetatable({}, {__newindex = function(t, k, v) log[k] = v end}) t.a = 1 return rawget(t, "a"), log.a
--- newindex-table
local store = {} local t = setmetatable({}, {__newindex = store}) t.a = 1 return rawget(t, "a"), store.a
--- newindex-existing-key
local called t = setmetatable({a = 1}, {__newindex = function() called = true end}) t.a = 2 return t.a, called
--- newindex-existing-nil
local n = 0 local t = setmetatable({a = 1}, {__newindex = function() n = n + 1 end}) t.a = nil t.a = 5 return n, rawget(t, "a")
--- rawset
local t = setmetatable({}, {__newindex = error}) rawset(t, "a", 1) return t.a, rawset(t, 1, 2) == t
--- call
local t = setmetatable({}, {__call = function(self, ...) return type(self), ... end}) return t(1, 2)
--- call-chain
local a = setmetatable({}, {__call = function(self, x) return x end}) local b = setmetatable({}, {__call = a}) return pcall(b, 1)
--- call-in-pcall
return pcall(setmetatable({}, {__call = function(_, x) return x * 2 end}), 21)
--- tostring
return tostring(setmetatable({}, {__tostring = function() return "me" end}))
--- tostring-not-for-concat
return pcall(function() return "x" .. setmetatable({}, {__tostring = function() return "me" end}) end)
--- name-is-not-special
return (tostring(setmetatable({}, {__name = "N"})):gsub("0x%x+", "P"))
--- metatable-field
local t = setmetatable({}, {__metatable = "locked"}) return getmetatable(t), pcall(setmetatable, t, {})
--- metatable-field-false
local t = setmetatable({}, {__metatable = false}) return getmetatable(t), pcall(setmetatable, t, {})
--- setmetatable-returns-table
local t = {} return setmetatable(t, {}) == t
--- setmetatable-nil
local t = setmetatable({}, {__index = {x = 1}}) setmetatable(t, nil) return t.x, getmetatable(t)
--- setmetatable-bad
return pcall(setmetatable, {}, 5)
--- setmetatable-missing
return pcall(setmetatable, {})
--- getmetatable-string
return getmetatable("").__index == string, getmetatable("x") == getmetatable("y"), getmetatable(1), getmetatable(nil)
--- getmetatable-none
return pcall(getmetatable)
--- string-metatable-extended
string.shout = function(s) return s:upper() .. "!" end return ("a"):shout()
--- string-metatable-arithmetic
getmetatable("").__add = function(a, b) return a .. "+" .. b end return "x" + "y", "1" + "2"
--- string-metatable-call
getmetatable("").__call = function(s, x) return s .. x end return ("a")("b")
--- string-index-number
getmetatable("").__index = function(s, i) return type(i) == "number" and s:sub(i, i) or string[i] end
return ("abc")[2]
--- number-metatable
debug.setmetatable(1, {__index = function(n, k) return k .. n end, __call = function(n, x) return n + x end})
return (5).x, (5)(6)
--- nil-metatable
debug.setmetatable(nil, {__index = function() return "nothing" end}) return undefined.field
--- boolean-metatable
debug.setmetatable(true, {__tostring = function(b) return b and "yes" or "no" end}) return tostring(true), tostring(false)
--- function-metatable
debug.setmetatable(print, {__index = function(f, k) return k end}) return print.name, (function() end).x
--- inherits-methods
local Base = {} Base.__index = Base function Base.new(x) return setmetatable({x = x}, Base) end function Base:get() return self.x end
local Derived = setmetatable({}, {__index = Base}) Derived.__index = Derived function Derived:twice() return self:get() * 2 end
return setmetatable({x = 4}, Derived):twice()
--- ipairs-raw
local t = setmetatable({}, {__index = function(t, i) if i < 4 then return i end end}) local n = 0 for i in ipairs(t) do n = n + 1 end return n
--- pairs-metamethod-ignored
local t = setmetatable({a = 1}, {__pairs = function() return function() end end}) local n = 0 for k in pairs(t) do n = n + 1 end return n
--- next-with-metatable
return next(setmetatable({}, {__index = {a = 1}}))
--- table-functions-are-raw
local t = setmetatable({1, 2}, {__index = function() return "i" end}) return table.concat(t, ","), unpack(t, 1, 3)
--- metamethod-lookup-is-raw
local mt = setmetatable({}, {__index = {__add = function() return "no" end}}) return pcall(function() return setmetatable({}, mt) + 1 end)
--- metatable-changed-later
local mt = {} local t = setmetatable({}, mt) local before = t.x mt.__index = {x = 5} return before, t.x
--- concat-error-name
local t = setmetatable({}, {}) return pcall(function() return t .. "x" end)
--- index-on-function-value
return pcall(function() return (print).x end)
--- eq-not-called-for-same
local n = 0 local t = setmetatable({}, {__eq = function() n = n + 1 end}) local _ = t == t return n
--- metamethod-not-function
local t = setmetatable({}, {__add = 5}) return pcall(function() return t + 1 end)
--- index-callable-table
local t = setmetatable({}, {__index = setmetatable({}, {__call = function() return "called" end})}) return t.x
--- gc-field-on-table-ignored
setmetatable({}, {__gc = function() print("gc") end}) collectgarbage() return true
--- mode-strings
local t = setmetatable({}, {__mode = "k"}) t[1] = 2 t.x = {} return t[1], type(t.x)
--- weak-values-strings-stay
local t = setmetatable({}, {__mode = "v"}) t[1] = "text" t[2] = 5 collectgarbage() return t[1], t[2]
--- weak-values-strong-elsewhere
local keep = {} local t = setmetatable({keep}, {__mode = "v"}) collectgarbage() return t[1] == keep
--- weak-values-collected
local t = setmetatable({}, {__mode = "v"}) t[1] = {} collectgarbage() collectgarbage() return t[1]
--- weak-keys-collected
local t = setmetatable({}, {__mode = "k"}) t[{}] = 1 collectgarbage() collectgarbage() return next(t)
--- weak-keys-kept
local k = {} local t = setmetatable({[k] = 1}, {__mode = "k"}) collectgarbage() return t[k]
--- gc-of-proxy
local done = false local function make() local p = newproxy(true) getmetatable(p).__gc = function() done = true end end
make() collectgarbage() collectgarbage() return done
