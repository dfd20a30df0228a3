--- library
local names = {} for k in pairs(string) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
--- len
return ("abc"):len(), string.len("a\0b"), string.len(123)
--- sub
return ("hello"):sub(2, 4), ("hello"):sub(-3), ("hello"):sub(2), ("hello"):sub(-100, 2), ("hello"):sub(4, 2), ("hello"):sub(0), ("hello"):sub(10)
--- sub-negative-end
return ("hello"):sub(1, -1), ("hello"):sub(1, -2), ("hello"):sub(-3, -2), ("hello"):sub(1, -100)
--- sub-fractions
return ("hello"):sub(1.9, 3.9), ("hello"):sub("2", "3")
--- sub-huge
return ("hello"):sub(-2 ^ 31, 2 ^ 31 - 1), ("hello"):sub(2 ^ 40)
--- sub-missing
return pcall(string.sub, "x")
--- upper-lower
return ("aBc1\228"):upper(), ("AbC1\196"):lower()
--- rep
return ("ab"):rep(3), ("ab"):rep(0), ("ab"):rep(-1), ("ab"):rep(1.9), (""):rep(1000), ("a"):rep("2")
--- rep-separator-ignored
return ("a"):rep(3, ",")
--- reverse
return ("abc"):reverse(), (""):reverse(), ("a\0b"):reverse()
--- byte
return ("ABC"):byte(), ("ABC"):byte(2), ("ABC"):byte(-1), ("ABC"):byte(1, -1), ("ABC"):byte(10), (""):byte()
--- byte-range
return ("ABC"):byte(0, 2), ("ABC"):byte(3, 1), ("\255\0"):byte(1, 2)
--- byte-too-many
return pcall(string.byte, ("x"):rep(1e6 * 9), 1, -1)
--- char
return string.char(72, 105), string.char(), string.char(0, 255), string.char("65")
--- char-invalid
return pcall(string.char, 256), pcall(string.char, -1), pcall(string.char, "x")
--- char-second-argument
string.char(65, 300)
--- find-plain
return ("a.b"):find(".", 1, true), ("a.b"):find("."), ("abc"):find("x", 1, true), ("abc"):find("", 1, true)
--- find-init
return ("hello"):find("l", 4), ("hello"):find("l", -2), ("hello"):find("l", 10), ("hello"):find("", 10), ("hello"):find("", 6), ("hello"):find("h", -100)
--- find-captures
return ("key=val"):find("(%w+)=(%w+)")
--- find-position-capture
return ("hello"):find("()ll()")
--- find-empty
return (""):find(""), (""):find("", 2), (""):find("x")
--- find-plain-with-zero
return ("a\0b\0c"):find("\0c", 1, true), ("a\0b"):find("b", 1, true)
--- match
return ("2024-05-06"):match("(%d+)-(%d+)-(%d+)"), ("abc"):match("b"), ("abc"):match("x"), ("abc"):match("^b"), ("abc"):match("c$")
--- match-init
return ("abcabc"):match("a.", 2), ("abc"):match("^b", 2), ("abc"):match("", 5), ("abc"):match("()", 4)
--- gmatch
local t = {} for w in ("one two  three"):gmatch("%a+") do t[#t + 1] = w end return t
--- gmatch-captures
local t = {} for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do t[k] = v end return t
--- gmatch-empty
local n = 0 for w in ("abc"):gmatch("") do n = n + 1 end return n
--- gmatch-star
local t = {} for w in ("ab c"):gmatch("%a*") do t[#t + 1] = w end return t
--- gmatch-anchor
local t = {} for w in ("aaa"):gmatch("^a") do t[#t + 1] = w end return #t
--- gmatch-position
local t = {} for p in ("a,b,c"):gmatch("(),") do t[#t + 1] = p end return t
--- gfind
local t = {} for w in string.gfind("a b", "%a") do t[#t + 1] = w end return t, string.gfind == string.gmatch
--- gsub-string
return ("hello world"):gsub("o", "0"), ("hello"):gsub("l", "L", 1), ("abc"):gsub("%w", "%0%0"), ("abc"):gsub("", "-")
--- gsub-captures
return ("hello world"):gsub("(%w+) (%w+)", "%2 %1"), ("abc"):gsub("(b)", "[%1]"), ("abc"):gsub("b", "[%1]")
--- gsub-function
return ("abc"):gsub("%w", function(c) if c == "b" then return "B" end end), ("abc"):gsub("(a)(b)", function(a, b) return b .. a end)
--- gsub-function-false
return ("abc"):gsub(".", function(c) return c ~= "b" and c:upper() end)
--- gsub-function-number
return ("a1"):gsub("%d", function(d) return d + 1 end)
--- gsub-table
return ("$name is $age"):gsub("%$(%w+)", {name = "x", age = 5}), ("abc"):gsub(".", {b = false, c = "C"})
--- gsub-table-metatable
return ("a b"):gsub("%w", setmetatable({}, {__index = function(_, k) return k .. k end}))
--- gsub-limit
return ("aaa"):gsub("a", "b", 0), ("aaa"):gsub("a", "b", 2), ("aaa"):gsub("a", "b", -1), ("aaa"):gsub("a", "b", 10)
--- gsub-anchor
return ("aaa"):gsub("^a", "b"), ("aaa"):gsub("a$", "b"), ("hello"):gsub("^", ">")
--- gsub-percent
return ("a"):gsub("a", "%%"), ("a"):gsub("a", "100%%"), pcall(string.gsub, "a", "a", "%")
--- gsub-percent-other
return ("a"):gsub("a", "%x"), ("a"):gsub("a", "%.")
--- gsub-invalid-capture
return pcall(string.gsub, "a", "a", "%2")
--- gsub-bad-replacement
return pcall(string.gsub, "a", "a", true), pcall(string.gsub, "a", "a")
--- gsub-invalid-value-type
return pcall(string.gsub, "a", "a", function() return true end), pcall(string.gsub, "a", "a", {a = {}})
--- gsub-number-replacement
return ("abc"):gsub("b", 5), ("a1b"):gsub(1, "x")
--- gsub-position-capture
return ("abc"):gsub("()", "%1"), ("ab"):gsub("()(.)", "%1%2")
--- gsub-zero-bytes
return ("a\0b"):gsub("%z", "0"), ("a\0b"):gsub("b", "\0")
--- gsub-empty-matches
return ("hello world"):gsub("o*", "x"), ("abc"):gsub("b*", "-"), (""):gsub("", "x"), (" a "):gsub("%s*$", "!")
--- dump-type
return type(string.dump(function() end)), loadstring(string.dump(function(x) return x end)) ~= nil
--- dump-native
return pcall(string.dump, print)
--- methods-on-literals
return ("%s"):format("x"), ("a,b"):find(",", 1, true), #("x"):rep(10)
--- numbers-as-strings
return string.rep(5, 3), string.len(1.5), string.upper(1e15), string.sub(12345, 2, 3), string.reverse(120)
--- compare-bytes
return "\200" > "a", "\255" > "\127", "a" < "\228", "\0" < "\1", "" < "\0", "a" < "a\0"
--- compare-embedded-zero
return "a\0b" < "a\0c", "a\0" > "a", "a\0z" < "b"
--- concat-many
local t = {} for i = 1, 100 do t[i] = "x" .. i end return #table.concat(t), ("a" .. "b" .. 1 .. 2 .. "c")
--- equality-of-built-strings
return ("a" .. "b") == "ab", ("x"):rep(100) == ("x"):rep(50) .. ("x"):rep(50), ({ab = 1})["a" .. "b"]
--- rep-result-as-key
local t = {} t[("k"):rep(60)] = 1 return t[("k"):rep(30) .. ("k"):rep(30)]
--- byte-arguments-strings
return ("abc"):byte("2"), pcall(string.byte, "abc", {})
--- len-no-argument
return pcall(string.len), pcall(string.len, nil), pcall(string.len, {})
--- upper-no-argument
return pcall(string.upper)
--- lower-all-bytes
local t = {} for i = 0, 255 do t[#t + 1] = string.char(i) end local s = table.concat(t) return s:lower() == s:gsub("%u", function(c) return string.char(c:byte() + 32) end)
--- split-idiom
local t = {} for field in ("a,b,,c"):gmatch("([^,]*)") do t[#t + 1] = field end return t
--- trim-idiom
return ("  x y  "):match("^%s*(.-)%s*$"), ("  x "):gsub("^%s+", "")
