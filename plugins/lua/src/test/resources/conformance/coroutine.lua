--- create-resume-yield
local co = coroutine.create(function(a, b) local c = coroutine.yield(a + b) local d, e = coroutine.yield(c * 2) return d, e end)
print(coroutine.resume(co, 1, 2)) print(coroutine.resume(co, 10)) print(coroutine.resume(co, "x", "y")) print(coroutine.resume(co))
--- status
local co co = coroutine.create(function() print(coroutine.status(co)) coroutine.yield() end)
print(coroutine.status(co)) coroutine.resume(co) print(coroutine.status(co)) coroutine.resume(co) print(coroutine.status(co))
--- status-normal
local outer outer = coroutine.create(function() local inner = coroutine.create(function() return coroutine.status(outer) end)
return coroutine.resume(inner) end) return coroutine.resume(outer)
--- status-after-error
local co = coroutine.create(error) coroutine.resume(co, "x") return coroutine.status(co)
--- wrap
local f = coroutine.wrap(function(...) for i = 1, 3 do coroutine.yield(i, ...) end end) return f("a"), f(), f(), f()
--- wrap-dead
local f = coroutine.wrap(function() end) f() return pcall(f)
--- wrap-error
local f = coroutine.wrap(function() error("inside") end) return pcall(f)
--- wrap-error-table
local t = {} local f = coroutine.wrap(function() error(t) end) local ok, e = pcall(f) return ok, e == t
--- running-main
return coroutine.running()
--- running-inside
local co co = coroutine.create(function() return coroutine.running() == co end) return coroutine.resume(co)
--- yield-outside
return pcall(coroutine.yield, 1)
--- yield-across-pcall
local co = coroutine.create(function() return pcall(function() coroutine.yield(1) end) end) return coroutine.resume(co)
--- yield-across-metamethod
local t = setmetatable({}, {__index = function() return coroutine.yield() end})
return coroutine.resume(coroutine.create(function() return t.x end))
--- yield-across-gsub
return coroutine.resume(coroutine.create(function() return (string.gsub("a", "a", coroutine.yield)) end))
--- yield-across-sort
return coroutine.resume(coroutine.create(function() table.sort({2, 1}, function(a, b) coroutine.yield() return a < b end) end))
--- yield-in-for-iterator
local co = coroutine.create(function() for k in function() return coroutine.yield("it") end do return k end end)
print(coroutine.resume(co)) print(coroutine.resume(co, "key"))
--- yield-many-values
local co = coroutine.create(function() return coroutine.yield(1, nil, 3, nil) end) print(select("#", coroutine.resume(co))) return coroutine.resume(co, nil, nil)
--- resume-self
local co co = coroutine.create(function() return coroutine.resume(co) end) return coroutine.resume(co)
--- resume-normal
local a a = coroutine.create(function() local b = coroutine.wrap(function() return coroutine.resume(a) end) return b() end)
return coroutine.resume(a)
--- resume-dead-message
local co = coroutine.create(function() end) coroutine.resume(co) return coroutine.resume(co)
--- resume-dead-after-error
local co = coroutine.create(function() error("e") end) print(coroutine.resume(co)) return coroutine.resume(co)
--- resume-bad
return pcall(coroutine.resume, 5)
--- create-bad
return pcall(coroutine.create, 5)
--- create-native
return pcall(coroutine.create, print)
--- wrap-native
return pcall(coroutine.wrap, string.upper)
--- status-bad
return pcall(coroutine.status)
--- wrap-bad
return pcall(coroutine.wrap, nil)
--- generator
local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i) end end) end
local s = 0 for i in range(100) do s = s + i end return s
--- producer-consumer
local function producer() return coroutine.create(function() for _, x in ipairs{"a", "b"} do coroutine.yield(x) end return nil end) end
local p, out = producer(), {} while true do local _, v = coroutine.resume(p) if not v then break end out[#out + 1] = v end return table.concat(out)
--- recursive-generator
local function permute(a, n) if n == 0 then coroutine.yield(table.concat(a)) else for i = 1, n do a[n], a[i] = a[i], a[n] permute(a, n - 1) a[n], a[i] = a[i], a[n] end end end
local t = {} for p in coroutine.wrap(function() permute({1, 2, 3}, 3) end) do t[#t + 1] = p end return table.concat(t, " ")
--- many-coroutines
local n = 0 for i = 1, 2000 do local co = coroutine.wrap(function() coroutine.yield() end) co() n = n + 1 end return n
--- deep-resume
local function nest(n) if n == 0 then return "bottom" end return select(2, coroutine.resume(coroutine.create(nest), n - 1)) end return nest(50)
--- upvalues-cross
local n = 0 local co = coroutine.wrap(function() while true do n = n + 1 coroutine.yield() end end) co() co() n = n * 10 co() return n
--- error-position
local co = coroutine.create(function()
  local x = nil
  x()
end) return coroutine.resume(co)
--- type-and-tostring
local co = coroutine.create(function() end) return type(co), (tostring(co):gsub("0x%x+", "P"))
--- pcall-inside
local co = coroutine.create(function() local ok, e = pcall(error, "in") coroutine.yield(ok, e) return "end" end)
print(coroutine.resume(co)) return coroutine.resume(co)
--- resume-with-arguments-first
local co = coroutine.create(function(...) return select("#", ...), ... end) return coroutine.resume(co, nil, 2, nil)
--- yield-tail-position
local co = coroutine.create(function() return coroutine.yield("y") end) print(coroutine.resume(co)) return coroutine.resume(co, 1, 2)
--- yield-from-nested-function
local function deep(n) if n == 0 then return coroutine.yield("deep") end return (deep(n - 1)) end
local co = coroutine.create(deep) print(coroutine.resume(co, 10)) return coroutine.resume(co, "back")
--- wrap-inside-wrap
local f = coroutine.wrap(function() local g = coroutine.wrap(function() coroutine.yield(1) coroutine.yield(2) end) coroutine.yield(g()) coroutine.yield(g()) end)
return f(), f()
--- isyieldable-absent
return coroutine.isyieldable, coroutine.close
--- stack-overflow-inside
local co = coroutine.create(function() local function f() return 1 + f() end return f() end)
local ok, m = coroutine.resume(co) return ok, m:match("stack overflow")
--- xpcall-inside-yield
return coroutine.resume(coroutine.create(function() return xpcall(function() coroutine.yield(1) end, function(m) return "h:" .. m end) end))
--- dofile-pairs-iteration
local co = coroutine.wrap(function() for k, v in pairs({a = 1}) do coroutine.yield(k, v) end return "done" end)
print(co()) return co()
--- library
local names = {} for k in pairs(coroutine) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
