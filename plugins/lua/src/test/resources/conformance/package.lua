--- library
local names = {} for k, v in pairs(package) do names[#names + 1] = k .. ":" .. type(v) end table.sort(names) return table.concat(names, " ")
--- config
return package.config
--- loaded-libraries
local names = {} for k in pairs(package.loaded) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
--- loaded-globals
return package.loaded._G == _G, package.loaded.string == string, require("string") == string, require("table") == table
--- loaders-count
return #package.loaders, type(package.loaders[1]), package.searchers
--- searchpath-absent
return package.searchpath
--- preload
package.preload.mine = function(name, extra) return {name = name, extra = extra} end
local m = require("mine") return m.name, m.extra, require("mine") == m
--- preload-no-result
package.preload.quiet = function() end return require("quiet"), package.loaded.quiet
--- preload-false-result
package.preload.no = function() return false end return require("no"), package.loaded.no
--- preload-sets-loaded
package.preload.own = function(name) package.loaded[name] = "set" end return require("own")
--- require-not-found
package.path = "./?.none;/nonexistent/?.lua" package.cpath = "/nonexistent/?.so" require("no.such.module")
--- require-not-found-empty-path
package.path = "" package.cpath = "" require("missing")
--- require-path-not-string
package.path = nil require("missing")
--- require-cpath-not-string
package.path = "" package.cpath = nil require("missing")
--- require-file
local n = os.tmpname() local f = io.open(n .. ".lua", "w") f:write("local name = ... return {name = name}") f:close()
package.path = "/tmp/?.lua" local base = n:match("[^/]+$") local m = require(base) os.remove(n) os.remove(n .. ".lua")
return m.name == base, package.loaded[base] == m
--- require-file-dots
local n = os.tmpname() os.remove(n) package.path = n .. "?.lua"
return (select(2, pcall(require, "a.b.c")):gsub("/tmp/lua_%w+", "FILE"):gsub("%./[^\n]*%.so'", ""):match("FILE[^']*"))
--- require-error-in-file
local n = os.tmpname() local f = io.open(n .. ".lua", "w") f:write("error('in module')") f:close()
package.path = "/tmp/?.lua" local ok, m = pcall(require, n:match("[^/]+$")) os.remove(n) os.remove(n .. ".lua")
return ok, (m:gsub("lua_%w+", "FILE"))
--- require-syntax-error-in-file
local n = os.tmpname() local f = io.open(n .. ".lua", "w") f:write("x x") f:close()
package.path = "/tmp/?.lua" local ok, m = pcall(require, n:match("[^/]+$")) os.remove(n) os.remove(n .. ".lua")
return ok, (m:gsub("lua_%w+", "FILE"))
--- require-loop
package.preload.a = function() return require("b") end package.preload.b = function() return require("a") end
return pcall(require, "a")
--- require-retry-after-error
local n = 0 package.preload.flaky = function() n = n + 1 if n == 1 then error("first") end return "fine" end
print(pcall(require, "flaky")) print(pcall(require, "flaky"))
--- require-own-loader
table.insert(package.loaders, 2, function(name) if name == "magic" then return function(n) return "made " .. n end end return "\n\tno magic" end)
return require("magic")
--- require-loader-message
package.loaders = {function() return "\n\tfirst" end, function() return nil end, function() return "\n\tthird" end}
return pcall(require, "x")
--- require-loaders-replaced
package.loaders = 5 require("x")
--- require-loaders-empty
package.loaders = {} require("x")
--- require-bad
require()
--- require-number-name
package.preload["5"] = function(n) return type(n) end return require(5)
--- module-basic
local function f() module("mymod") end f() return type(mymod), mymod._NAME, mymod._M == mymod, mymod._PACKAGE, package.loaded.mymod == mymod
--- module-sets-environment
local loader = loadstring("module('envmod') x = 5 function get() return x end") loader() return envmod.x, envmod.get(), x
--- module-hides-globals
local print = print local ok, m = pcall(loadstring("module('hide') print(1)", "=m")) return ok, m
--- module-seeall
loadstring("module('seeing', package.seeall) function up(s) return string.upper(s) end")() return seeing.up("a"), seeing.print == print
--- module-dotted
loadstring("module('one.two.three', package.seeall) v = 1")() return one.two.three.v, one.two.three._PACKAGE, one.two.three._NAME
--- module-name-conflict
taken = 5 return pcall(module, "taken")
--- module-name-conflict-dotted
taken = {a = 1} return pcall(module, "taken.a.b")
--- module-twice
loadstring("module('twice') a = 1")() loadstring("module('twice') b = 2")() return twice.a, twice.b
--- module-existing-global-table
shared = {old = 1} loadstring("module('shared') new = 2")() return shared.old, shared.new, shared._NAME
--- module-option-functions
local seen loadstring("local o = ... module('opts', o)")(function(m) seen = m._NAME end) return seen
--- module-from-native
return pcall(pcall, module, "viapcall")
--- module-bad
return pcall(module)
--- module-via-require
package.preload.pm = loadstring("module(..., package.seeall) function f() return _NAME end")
local m = require("pm") return m.f(), pm == m
--- module-returns-nothing
return select("#", (loadstring("return module('retmod')"))())
--- seeall-bad
return pcall(package.seeall)
--- seeall-metatable
local t = {} package.seeall(t) return getmetatable(t).__index == _G, t.print == print
--- seeall-existing-metatable
local mt = {} local t = setmetatable({}, mt) package.seeall(t) return getmetatable(t) == mt, mt.__index == _G
--- loadlib-missing
local f, m, where = package.loadlib("/nonexistent.so", "f") return f, type(m), where
--- loaded-is-what-require-reads
package.loaded.fake = "yes" return require("fake")
--- loaded-removed
package.preload.again = function() return {} end local a = require("again") package.loaded.again = nil return a == require("again")
