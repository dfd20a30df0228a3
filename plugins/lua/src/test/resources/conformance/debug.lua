--- library
local names = {} for k in pairs(debug) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
--- traceback-in-coroutine
local co = coroutine.create(function()
  local function inner() return coroutine.yield() end
  local function outer() local x = inner() return x end
  outer()
end) coroutine.resume(co) return debug.traceback(co)
--- traceback-message
local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) return debug.traceback(co, "msg")
--- traceback-level
local co = coroutine.create(function() local function f() coroutine.yield() end f() end) coroutine.resume(co) return debug.traceback(co, "m", 1)
--- traceback-dead-error
local co = coroutine.create(function()
  local function fails() error("oops") end
  fails()
end) coroutine.resume(co) return debug.traceback(co)
--- traceback-not-started
return debug.traceback(coroutine.create(function() end))
--- traceback-of-current
local function three() return (debug.traceback("here")) end
local function two() local t = three() return t end
function one() local t = two() return t end
return coroutine.wrap(function() local t = one() return t end)()
--- traceback-kinds-of-names
local t = {} function t.field() local x = debug.traceback() return x end
function t:method() local x = self.field() return x end
local up = t
return coroutine.wrap(function() local function loc() local x = up:method() return x end local r = loc() return r end)()
--- traceback-tail-call
local function a() local x = debug.traceback() return x end local function b() return a() end
return coroutine.wrap(function() local r = b() return r end)()
--- traceback-through-native
return coroutine.wrap(function() local r string.gsub("x", "x", function() r = debug.traceback() end) return r end)()
--- traceback-through-pcall
return coroutine.wrap(function() local ok, r = pcall(function() local t = debug.traceback() return t end) return r end)()
--- traceback-in-handler
return coroutine.wrap(function() local _, r = xpcall(function() local n = nil n() end, debug.traceback) return r end)()
--- traceback-long
local function deep(n) if n == 0 then local t = debug.traceback() return t end local t = deep(n - 1) return t end
return coroutine.wrap(function() local t = deep(40) return t end)()
--- traceback-non-string-message
local t = {} return debug.traceback(t) == t, debug.traceback(true), (debug.traceback(5):match("^5\nstack"))
--- traceback-nil-message
return (debug.traceback(nil) or "nil"):match("^[^\n]*")
--- traceback-chunk-names
return coroutine.wrap(loadstring("local t = debug.traceback() return t", "@some/file.lua"))()
--- traceback-chunk-string
return coroutine.wrap(loadstring("local t = debug.traceback()\nreturn t"))()
--- getinfo-function
local function f() end local i = debug.getinfo(f) i.func = i.func == f return i
--- getinfo-native
local i = debug.getinfo(print) i.func = i.func == print return i
--- getinfo-main
local i = debug.getinfo(1) i.func = type(i.func) return i
--- getinfo-chunk-function
local f = loadstring("\n\nreturn 1\n", "=named") return debug.getinfo(f, "S")
--- getinfo-string-source
return debug.getinfo(loadstring("return 1\n-- two"), "S")
--- getinfo-file-source
return debug.getinfo(loadstring("", "@dir/file.lua"), "S")
--- getinfo-level-0
local i = debug.getinfo(0) i.func = i.func == debug.getinfo return i
--- getinfo-caller
local function f() local i = debug.getinfo(2, "l") return i.currentline end
local a = f()

local b = f() return a, b
--- getinfo-names
local function f() local i = debug.getinfo(1, "n") return i.name .. ":" .. i.namewhat end
function g() local i = debug.getinfo(1, "n") return i.name .. ":" .. i.namewhat end
local t = {h = g} local a, b, c, d = f(), g(), t.h(), t:h() return a, b, c, d
--- getinfo-name-upvalue
local function f() local i = debug.getinfo(1, "n") return i.name .. ":" .. i.namewhat end local function g() local r = f() return r end local r = g() return r
--- getinfo-name-unknown
local i = debug.getinfo(1, "n") return i
--- getinfo-tail
local function f() local i, j = debug.getinfo(1, "n"), debug.getinfo(2, "Sl") return i.name, j.what, j.currentline, j.short_src end local function g() return f() end local a, b, c, d = g() return a, b, c, d
--- getinfo-metamethod-name
local t = setmetatable({}, {__index = function() local i = debug.getinfo(1, "n") return tostring(i.name) .. ":" .. i.namewhat end}) local r = t.x return r
--- getinfo-for-iterator-name
local r for x in function(_, c) if not c then local i = debug.getinfo(1, "n") r = i.name .. ":" .. i.namewhat return 1 end end do end return r
--- getinfo-too-high
return debug.getinfo(100)
--- getinfo-bad
return pcall(debug.getinfo, "x"), pcall(debug.getinfo, 1, "?"), pcall(debug.getinfo)
--- getinfo-active-lines
local f = loadstring("local a = 1\n\nlocal b = 2\nreturn a", "=x") local t = {} for k in pairs(debug.getinfo(f, "L").activelines) do t[#t + 1] = k end table.sort(t) return t
--- getinfo-nups
local a, b local function f() return a, b end return debug.getinfo(f, "u").nups
--- getinfo-lines-defined
local f = function()
  return 1
end
local i = debug.getinfo(f, "S") return i.linedefined, i.lastlinedefined, i.what
--- getinfo-coroutine
local co = coroutine.create(function() local x = 1
coroutine.yield() end) coroutine.resume(co) local i = debug.getinfo(co, 1, "l") return i.currentline, debug.getinfo(co, 0, "S").what
--- getinfo-options
local i = debug.getinfo(print, "S") local n = {} for k in pairs(i) do n[#n + 1] = k end table.sort(n) return table.concat(n, " ")
--- getlocal
local a, b = 1, "two" local n = {} local i = 1 while true do local name, v = debug.getlocal(1, i) if not name then break end n[#n + 1] = name i = i + 1 end return table.concat(n, " ")
--- getlocal-values
local function f(x, y) local z = x + y return debug.getlocal(1, 1), select(2, debug.getlocal(1, 2)), debug.getlocal(1, 3) end local a, b, c, d = f(3, 4) return a, b, c, d
--- getlocal-caller
local function f() local n, v = debug.getlocal(2, 1) return n, v end local secret = 42 local a, b = f() return a, b
--- getlocal-none
return debug.getlocal(1, 100)
--- getlocal-level-too-high
return pcall(debug.getlocal, 100, 1)
--- setlocal
local a = 1 local n = debug.setlocal(1, 1, 99) return n, a
--- setlocal-none
return debug.setlocal(1, 100, 1)
--- getupvalue
local a, b = 1, 2 local function f() return a, b end return debug.getupvalue(f, 1), (debug.getupvalue(f, 2)), debug.getupvalue(f, 3)
--- getupvalue-native
return debug.getupvalue(string.gmatch("x", "x"), 1)
--- setupvalue
local a = 1 local function f() return a end return debug.setupvalue(f, 1, "new"), f(), debug.setupvalue(f, 5, 1)
--- upvalue-shared-after-set
local a = 1 local function f() return a end local function g() return a end debug.setupvalue(f, 1, 7) return g(), a
--- getmetatable-setmetatable
local t = setmetatable({}, {__metatable = "locked"}) local real = debug.getmetatable(t) return type(real), debug.setmetatable(t, nil), getmetatable(t)
--- setmetatable-bad
return pcall(debug.setmetatable, {}, 5)
--- getregistry
return type(debug.getregistry())
--- getfenv
return debug.getfenv(print) == _G, type(debug.getfenv(coroutine.create(print == nil and print or function() end)))
--- setfenv-bad
return pcall(debug.setfenv, 5, {}), pcall(debug.setfenv, print)
--- gethook
return debug.gethook()
--- sethook-count
local n = 0 debug.sethook(function() n = n + 1 end, "", 100) for i = 1, 10000 do end debug.sethook() return n > 50, debug.gethook()
--- sethook-line
local lines = {} debug.sethook(function(e, l) lines[#lines + 1] = l end, "l")
local a = 1
local b = 2
debug.sethook() return lines
--- sethook-call
local events = {} local function f() end debug.sethook(function(e) events[#events + 1] = e end, "cr") f() debug.sethook() return table.concat(events, " ")
--- upvalueid-absent
return debug.upvalueid, debug.upvaluejoin, debug.getuservalue
--- traceback-lengths
local function lines(s) local n, dots = 0, false for l in s:gmatch("[^\n]+") do n = n + 1 dots = dots or l == "\t..." end return n .. (dots and "!" or "") end
local function deep(n) if n == 0 then local t = debug.traceback() return t end local t = deep(n - 1) return t end
local out = {} for n = 5, 30 do out[#out + 1] = lines(coroutine.wrap(function() local t = deep(n) return t end)()) end return table.concat(out, " ")
--- traceback-lengths-of-coroutine
local function lines(s) local n, dots = 0, false for l in s:gmatch("[^\n]+") do n = n + 1 dots = dots or l == "\t..." end return n .. (dots and "!" or "") end
local function deep(n) if n == 0 then coroutine.yield() end local t = deep(n - 1) return t end
local out = {} for n = 5, 30 do local co = coroutine.create(function() local t = deep(n) return t end) coroutine.resume(co) out[#out + 1] = lines(debug.traceback(co)) end return table.concat(out, " ")
--- traceback-long-of-coroutine
local function deep(n) if n == 0 then coroutine.yield() end
local t = deep(n - 1) return t end
local co = coroutine.create(function() local t = deep(25) return t end) coroutine.resume(co) return debug.traceback(co, "m", 2)
