--- index-global
x.y = 1
--- index-nil-global-read
return undefined.field
--- index-local
local v v.x = 1
--- index-upvalue
local v local function f() return v.x end f()
--- index-field
local t = {} return t.a.b
--- index-method
local t = {} t:nomethod()
--- index-string-field
return ("x").y.z
--- index-number
local n = 5 return n.x
--- index-boolean-constant-key
local t = {} return t[true].x
--- index-result
local function f() end return f().x
--- call-global
nofunction()
--- call-local
local f f()
--- call-field
local t = {} t.f()
--- call-nested-field
string.nope()
--- call-upvalue
local f local function g() f() end g()
--- call-number
local n = 3 n()
--- call-string-constant
("x")()
--- call-result
local function f() end f()()
--- call-method-on-string
("x"):nomethod()
--- call-table-element
local t = {1} t[1]()
--- arith-global
return a + 1
--- arith-local
local a = {} return a * 2
--- arith-field
local t = {} return t.x - 1
--- arith-second-operand
local t = {} return 1 / t.y
--- arith-string
return "abc" + 1
--- arith-string-local
local s = "abc" return s + 1
--- arith-upvalue
local u local function f() return u ^ 2 end f()
--- arith-boolean
return true + 1
--- arith-unary-minus
local t = {} return -t
--- arith-nil-constant
return nil + 1
--- concat-nil
local x return "a" .. x
--- concat-global
return "a" .. nothing .. "b"
--- concat-table-field
local t = {x = {}} return t.x .. "s"
--- concat-boolean
return "x" .. true
--- concat-middle
local a, b = "x", nil return a .. b .. "z"
--- compare-number-nil
return 1 < nil
--- compare-number-string
return 1 < "2"
--- compare-tables
return {} < {}
--- compare-nil-nil
local a, b return a < b
--- compare-two-functions
return print <= print
--- compare-string-number
return "10" >= 5
--- compare-table-number
return {} > 1
--- length-nil
local x return #x
--- length-global
return #nothing
--- length-number
return #5
--- length-field
local t = {} return #t.x
--- for-initial
for i = "a", 2 do end
--- for-limit
for i = 1, {} do end
--- for-step
for i = 1, 2, nil or {} do end
--- for-iterator
for k in nil do end
--- for-iterator-table
for k in {} do end
--- for-pairs-nil
for k in pairs(nil) do end
--- newindex-nil-key
local t = {} t[nil] = 1
--- newindex-nan-key
local t = {} t[0 / 0] = 1
--- next-invalid-key
return next({}, "nokey")
--- error-string
error("boom")
--- error-level-0
error("boom", 0)
--- error-level-1
error("boom", 1)
--- error-level-2
local function f() error("boom", 2) end

f()
--- error-level-3
local function f() error("boom", 3) end
local function g() f() end
g()
--- error-level-huge
error("boom", 50)
--- error-table
error({code = 5})
--- error-table-level
error({code = 5}, 2)
--- error-nil
error()
--- error-nil-explicit
error(nil)
--- error-number
error(42)
--- error-number-level-0
error(42, 0)
--- error-boolean
error(true)
--- error-function-value
error(print)
--- error-empty-string
error("")
--- error-with-zero-byte
error("a\0b")
--- assert-default
assert(false)
--- assert-message
assert(nil, "msg")
--- assert-table-message
assert(false, {1})
--- assert-passes
return assert(1, 2, 3)
--- assert-no-value
assert()
--- pcall-returns
return pcall(function(...) return ... end, 1, nil, 3)
--- pcall-error-object
local t = {} local ok, e = pcall(error, t) return ok, e == t
--- pcall-non-function
return pcall(5)
--- pcall-nil
return pcall(nil)
--- pcall-no-argument
return pcall()
--- pcall-nested
return pcall(pcall, error, "x")
--- pcall-native-message
return pcall(string.rep)
--- xpcall-handler
return xpcall(function() error("x") end, function(m) return "handled: " .. m end)
--- xpcall-handler-results
return xpcall(function() error("x") end, function(m) return 1, 2 end)
--- xpcall-success
return xpcall(function() return 1, 2 end, error)
--- xpcall-extra-arguments-ignored
return xpcall(function(...) return select("#", ...) end, error, 1, 2)
--- xpcall-error-in-handler
return xpcall(function() error("x") end, function() error("y") end)
--- xpcall-handler-not-function
return xpcall(function() error("x") end, nil)
--- xpcall-no-handler
return xpcall(error)
--- xpcall-handler-sees-stack
return xpcall(function() local hidden = 1 error("x") end, function() return debug.getinfo(2, "n").name, debug.getinfo(3, "l").currentline end)
--- stack-overflow
local function f() return 1 + f() end
local ok, message = pcall(f)
return ok, (message:gsub("\n.*", ""))
--- stack-overflow-again
local function f() f() end
return pcall(f) == false and pcall(f) == false and "alive"
--- stack-overflow-mutual
local g local function f() g() end function g() f() end local ok, m = pcall(f) return ok, m:match("stack overflow")
--- stack-overflow-metamethod
local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. "x"] end
local ok, m = pcall(function() return t.a end) return ok, type(m)
--- index-loop
local a, b = {}, {} setmetatable(a, {__index = b}) setmetatable(b, {__index = a}) return a.x
--- newindex-loop
local a, b = {}, {} setmetatable(a, {__newindex = b}) setmetatable(b, {__newindex = a}) a.x = 1
--- line-numbers

local a = 1

local b = a.x.y
--- line-number-of-call
local function f()
  error("inner")
end
local ok, m = pcall(f)
return m
--- line-number-multiline-call
print(
  1,
  nil + 1
)
--- line-number-of-expression
local t = {}
local x = 1 +
  t.y
--- line-number-in-concat
local t = {}
return "a" ..
  "b" ..
  t.x
--- line-number-function-argument
string.rep(
  "x",
  {}
)
--- bad-argument-method
("x"):rep({})
--- bad-argument-self
string.rep()
--- bad-argument-calling-on-bad-self
io.stdout.write()
--- bad-argument-global-function
setmetatable(1, {})
--- bad-argument-local-alias
local rep = string.rep rep()
--- bad-argument-field-alias
local t = {go = string.rep} t.go()
--- bad-argument-method-alias
local t = {go = string.rep} t:go()
--- bad-argument-upvalue-alias
local rep = string.rep local function f() rep() end f()
--- bad-argument-tail-call
return string.rep()
--- bad-argument-through-pcall
return pcall(string.sub)
--- bad-argument-from-table-sort
table.sort({3, 2, 1}, 5)
--- bad-argument-number-expected
math.floor("x")
--- bad-argument-number-nil
math.floor(nil)
--- bad-argument-integer-string
return ("x"):rep("3"), pcall(string.rep, "x", "y")
--- error-in-tostring-meta
return pcall(tostring, setmetatable({}, {__tostring = function() return 1 end}))
--- print-tostring-meta-bad
return pcall(print, setmetatable({}, {__tostring = function() return 1 end}))
--- print-tostring-replaced
tostring = nil return pcall(print, 1)
--- print-tostring-own
tostring = function(x) return "<" .. type(x) .. ">" end print(1, nil, {})
--- chunk-name-at
return pcall(loadstring("error('x')", "@file.lua"))
--- chunk-name-string
return pcall(loadstring("error('x')", "error('x')"))
--- chunk-name-string-multiline
return pcall(loadstring("\nerror('x')", "\nerror('x')"))
--- chunk-name-first-line
return pcall(loadstring("error('x') --\n", "first\nsecond"))
--- chunk-name-path
return pcall(loadstring("error('x')", "/var/lib/script.lua"))
--- chunk-name-long
return pcall(loadstring("error('x')", "/" .. ("abcdefghi/"):rep(9) .. "x.lua"))
--- chunk-name-file-long
return pcall(loadstring("error('x')", "@/" .. ("abcdefghi/"):rep(9) .. "x.lua"))
--- runtime-error-name-global-function
function named() local t = nil return t.x end named()
--- error-position-in-coroutine
local co = coroutine.create(function()
  error("in co") end) return coroutine.resume(co)
--- error-through-native-callback
string.gsub("abc", "b", function() error("cb") end)
--- error-native-in-callback
string.gsub("abc", "b", function() return {} end)
--- error-level-2-from-native
local function f() error("deep", 2) end
local ok, m = pcall(f) return m
--- error-level-2-tail
local function f() error("deep", 2) end
local function g() return f() end
g()
--- upvalue-vs-global-name
local up = nil
function outer() return up.x end
outer()
--- env-field-index
local t = {inner = {}} return t.inner.missing.x
--- constant-index-names
local t = {} return t["a b"].x
--- index-variable-key
local t, k = {}, "key" return t[k].x
--- method-call-on-nil-local
local obj obj:method()
--- method-call-on-nil-global
obj:method()
--- method-call-on-nil-field
local t = {} t.obj:method()
--- set-field-of-string
local s = "x" s.y = 1
--- set-index-of-nil-field
local t = {} t.a.b = 1
--- call-through-call-chain
local t = setmetatable({}, {__call = 5}) t()
--- vararg-call
local function f(...) local a = ... a() end f(nil)
--- non-string-error-in-coroutine
return coroutine.resume(coroutine.create(function() error({1, 2}) end))
--- error-number-without-position
return pcall(error, 42), pcall(error, 42, 0), pcall(error, 2 ^ 53)
--- no-name-after-and
local t, a = {x = "X"}, 1 return (a and t.x) + 1
--- no-name-after-or
local t, a = {x = "X"}, 1 return pcall(function() return (t.x or a) + 1 end)
--- no-name-after-and-upvalues
local t, a = {x = "X"}, 1 return pcall(function() return 1 + (a and t.x) end)
--- name-after-comparison
local t, a = {x = "X"}, 1 return pcall(function() return ((a == 1) and t.x) + 1 end)
