--- library
local names = {} for k in pairs(os) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
--- time-type
return type(os.time()), os.time() % 1, os.time() > 1600000000
--- time-table
return os.time({year = 2024, month = 2, day = 29, hour = 13, min = 14, sec = 15})
--- time-default-noon
return os.time({year = 2000, month = 1, day = 1})
--- time-normalises
return os.time({year = 2024, month = 14, day = -3, hour = 25, min = 61, sec = 3600}), os.time({year = 2024, month = 1, day = 400}), os.time({year = 2024, month = 0, day = 0})
--- time-strings-and-fractions
return os.time({year = "2001", month = " 2 ", day = 3.9, hour = "0x0"})
--- time-missing-day
os.time({year = 2000, month = 1})
--- time-missing-month
os.time({year = 2000, day = 1})
--- time-missing-year
os.time({month = 1, day = 1})
--- time-empty
os.time({})
--- time-bad-field
os.time({year = 2000, month = "x", day = 1})
--- time-bad
os.time(5)
--- time-nil
return os.time(nil) > 0
--- time-metatable
return os.time(setmetatable({}, {__index = {year = 2000, month = 1, day = 1, hour = 0}}))
--- time-isdst
return os.time({year = 2000, month = 7, day = 1, isdst = false}), os.time({year = 2000, month = 7, day = 1, isdst = true})
--- time-before-1970
return os.time({year = 1960, month = 5, day = 6, hour = 7})
--- time-minus-one
return os.time({year = 1969, month = 12, day = 31, hour = 23, min = 59, sec = 59})
--- time-table-unchanged
local t = {year = 2024, month = 14, day = 1} os.time(t) return t
--- date-round-trip
local t = os.date("*t", 1000000000) return os.time(t), t
--- date-utc-table
return os.date("!*t", 86399)
--- date-default-format
return os.date("!%c", 0), #os.date()
--- date-all-formats
local t = {} for c in ("aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZ%"):gmatch(".") do t[#t + 1] = c .. "=" .. os.date("!%" .. c, 34563723) end return table.concat(t, ";")
--- date-all-formats-2
local t = {} for c in ("aAbBcCdDeFgGhHIjklmMpPrRTuUVwWxXyY"):gmatch(".") do t[#t + 1] = c .. "=" .. os.date("!%" .. c, 1704067199) end return table.concat(t, ";")
--- date-week-numbers
local t = {} for day = 0, 3000, 37 do t[#t + 1] = os.date("!%U %V %W %G %u %w %j", 1262304000 + day * 86400) end return table.concat(t, "\n")
--- date-unknown-formats
local t = {} for c in ("EOQ+-_#^01ifJKLNoqv "):gmatch(".") do t[#t + 1] = os.date("!%" .. c, 0) end return table.concat(t, ";")
--- date-modifiers-one-letter
return os.date("!%-d", 0), os.date("!%Ey", 0), os.date("!%5Y", 0)
--- date-trailing-percent
return os.date("!%Y%", 0), os.date("%%"), os.date("%")
--- date-literals
return os.date("!no conversions", 0), os.date("!", 0), os.date("", 0)
--- date-zero-byte
return os.date("!a\0b%Y", 0)
--- date-high-bytes
return os.date("!\228%Y\255", 0)
--- date-star-t-needs-all
return os.date("!*tx", 0)
--- date-hours
local t = {} for h = 0, 23 do t[#t + 1] = os.date("!%H %I %k %l %p %P %r", h * 3600) end return table.concat(t, "|")
--- date-negative
return os.date("!%c", -1), os.date("!%c", -86400 * 365 * 100)
--- date-fraction
return os.date("!%S", 3.9), os.date("!%c", "60")
--- date-old-years
return os.date("!%F|%Y|%C|%G|%y|%g|%D", -62135596800 + 86400 * 400)
--- date-far-future
return os.date("!%c", 1e12)
--- date-too-far
return os.date("!%c", 1e300), os.date("!*t", 1e300)
--- date-bad
return pcall(os.date, {}), pcall(os.date, "%c", "x")
--- date-leap-second-free
return os.date("!%j %U", 951782400), os.date("!%d", 951868800)
--- date-local-is-utc-here
return os.date("%c", 0) == os.date("!%c", 0), os.date("*t", 0).isdst
--- clock
local a = os.clock() for i = 1, 1000 do end local b = os.clock() return type(a), b >= a, a >= 0
--- difftime
return os.difftime(10, 4), os.difftime(4, 10), os.difftime(5), os.difftime(5.9, 3.2)
--- difftime-bad
return pcall(os.difftime)
--- getenv
return os.getenv("PROBES_NO_SUCH_VARIABLE"), type(os.getenv("PATH"))
--- getenv-bad
return pcall(os.getenv)
--- execute-status
return os.execute("true"), os.execute("exit 1"), os.execute("exit 7"), os.execute("exit 200") 
--- execute-shell-available
return os.execute() ~= 0, os.execute(nil) ~= 0
--- execute-missing-command
return os.execute("/nonexistent/command 2>/dev/null")
--- execute-shell-syntax
local n = os.tmpname() os.execute("(echo a; echo b) | wc -l > " .. n) local f = io.open(n) local s = f:read("*n") f:close() os.remove(n) return s
--- execute-bad
return pcall(os.execute, {})
--- remove-missing
return os.remove("/nonexistent/file")
--- remove
local n = os.tmpname() return os.remove(n), io.open(n) == nil
--- remove-directory
local n = os.tmpname() os.remove(n) os.execute("mkdir " .. n) return os.remove(n)
--- remove-full-directory
local n = os.tmpname() os.remove(n) os.execute("mkdir " .. n .. " && touch " .. n .. "/x") local r, m, c = os.remove(n) os.execute("rm -r " .. n) return r, (m:gsub("/tmp/lua_%w+", "DIR")), c
--- remove-bad
return pcall(os.remove)
--- rename
local a, b = os.tmpname(), os.tmpname() local f = io.open(a, "w") f:write("moved") f:close() local r = os.rename(a, b)
f = io.open(b) local s = f:read("*a") f:close() os.remove(b) return r, s, io.open(a) == nil
--- rename-missing
return os.rename("/nonexistent/a", "/nonexistent/b")
--- rename-bad
return pcall(os.rename, "a")
--- setlocale
return os.setlocale(), os.setlocale("C"), os.setlocale("POSIX"), os.setlocale(""), os.setlocale(nil, "time"), os.setlocale("no_SUCH")
--- setlocale-bad
return pcall(os.setlocale, "C", "everything"), pcall(os.setlocale, {})
--- tmpname
local a, b = os.tmpname(), os.tmpname() local f = io.open(a) local exists = f ~= nil f:close() os.remove(a) os.remove(b) return a ~= b, exists, (a:gsub("%w%w%w%w%w%w$", "XXXXXX"))
--- exit
return type(os.exit)
