--- getfenv-default
return getfenv() == _G, getfenv(0) == _G, getfenv(1) == _G
--- getfenv-function
local function f() end return getfenv(f) == _G, getfenv(print) == _G
--- setfenv-function
local function f() return x end setfenv(f, {x = 5}) return f(), x
--- setfenv-returns-function
local function f() end return setfenv(f, {}) == f
--- setfenv-current
local e = {getfenv = getfenv} setfenv(1, e) y = 3 return e.y, getfenv(1) == e
--- setfenv-caller
local function f() setfenv(2, {z = 9}) end f() return z
--- setfenv-thread
local pcall, getfenv = pcall, getfenv
setfenv(0, {tag = 1}) return getfenv(0).tag, tag
--- setfenv-inherited-by-closures
local f = setfenv(loadstring("return function() return v end"), {v = 4}) return f()()
--- setfenv-does-not-touch-existing-closures
local function inner() return w end local function outer() return inner() end setfenv(outer, {inner = inner, w = 1}) return outer()
--- setfenv-two-closures-apart
local function make() return function() return q end end
local a, b = make(), make() setfenv(a, {q = 1}) setfenv(b, {q = 2}) return a(), b()
--- setfenv-native
return pcall(setfenv, print, {})
--- setfenv-bad-table
return pcall(setfenv, 1, 5)
--- setfenv-bad-level
return pcall(setfenv, -1, {})
--- setfenv-level-too-high
return pcall(setfenv, 100, {})
--- setfenv-bad-type
return pcall(setfenv, "x", {})
--- getfenv-bad-level
return pcall(getfenv, -1)
--- getfenv-level-too-high
return pcall(getfenv, 100)
--- getfenv-bad-type
return pcall(getfenv, "x")
--- getfenv-of-caller
local function f() return getfenv(2) end return f() == _G
--- getfenv-metatable-protected
local e = setmetatable({}, {__fenv = "hidden"}) local f = setfenv(function() end, e) return type(getfenv(f))
--- global-write-goes-to-env
local e = {} local f = setfenv(function() g = 1 end, e) f() return e.g, g
--- env-with-index-to-global
local e = setmetatable({}, {__index = _G}) local f = setfenv(function() x1 = type("s") return x1 end, e) return f(), e.x1, x1
--- env-function-definition
local e = {} setfenv(function() function hook() return 1 end end, e)() return e.hook(), hook
--- strict-globals
setmetatable(_G, {__index = function(_, k) error("undeclared " .. k, 2) end, __newindex = function(_, k) error("assign " .. k, 2) end})
return pcall(function() return nowhere end)
--- strict-globals-write
setmetatable(_G, {__newindex = function(_, k) error("assign " .. k, 2) end})
return pcall(function() nowhere = 1 end)
--- underscore-g
_G.fresh = 5 return fresh, _G._G == _G
--- underscore-g-replaced
_G = nil return type(print)
--- loadstring-env
local f = loadstring("n = 1") return getfenv(f) == _G
--- loadstring-env-is-thread-global
local ls, gf = loadstring, getfenv local g = _G setfenv(1, {}) return gf(ls("")) == g
--- coroutine-env
local co = coroutine.create(function() return getfenv(0) == _G end) return coroutine.resume(co)
--- debug-getfenv
local f = function() end debug.setfenv(f, {a = 1}) return debug.getfenv(f).a, debug.getfenv(5)
--- chunk-env-per-load
local f = loadstring("v = (v or 0) + 1 return v") local a, b = {}, {} setfenv(f, a) f() f() setfenv(f, b) return f(), a.v, b.v
--- global-nil-is-absent
gone = 1 gone = nil return rawget(_G, "gone")
