-- Makes library-cases.tsv: lua5.1 library-cases.lua 5 700 > library-cases.tsv
local seed, count = tonumber(arg[1]), tonumber(arg[2])
local state = seed
local function rnd(n) state = (state * 69069 + 12345) % 4294967296; return math.floor(state / 65536) % n end
local function pick(t) return t[rnd(#t)+1] end
local function enc(v)
  local t = type(v)
  if t == "nil" then return "z" elseif t == "boolean" then return v and "T" or "F"
  elseif t == "number" then
    if v ~= v then return "n"..string.format("%f", v) end
    return "n"..string.format("%.17g", v)
  elseif t == "string" then return "s"..v:gsub("[^%w%p ]", function(c) return ("\\%02x"):format(c:byte()) end):gsub("\\(%X)", "\\5c%1"):gsub("\\$","\\5c")
  else error("cannot encode "..t) end
end
enc = (function(old) return function(v)
  if type(v) == "string" then return "s"..(v:gsub("[%z\1-\31\\\127-\255]", function(c) return ("\\%02x"):format(c:byte()) end)) end
  return old(v) end end)(enc)
local seen = {}
local function case(name, f, ...)
  local n = select("#", ...)
  local line = {name}
  for i = 1, n do line[#line+1] = enc((select(i, ...))) end
  local function pack(...) return {...}, select("#", ...) end
  local r, top = pack(pcall(f, ...))
  if r[1] then
    line[#line+1] = "=>"
    for i = 2, top do line[#line+1] = enc(r[i]) end
  else line[#line+1] = "!!" line[#line+1] = enc((r[2]:gsub("^[^ ]+%.lua:%d+: ", ""))) end
  local s = table.concat(line, "\t")
  if not seen[s] then seen[s] = true; print(s) end
end
local numbers = {0, 1, -1, 2, 3.7, -3.7, 0.5, 1.5, 2.5, 0.1, 1/3, 100, 255, 256, 65535, 123456789, 2^31, 2^31-1, -2^31, 2^32, 2^53, 2^53+2, -2^53, 2^63, -2^63, 2^64, 1e15, 1e14, 123456789012345, 99999999999999, 99999999999999.5, 1e100, -1e100, 1e300, 1e-5, 1e-4, 0.00012345, 1e-300, 5e-324, 1.7976931348623157e308, 1/0, -1/0, 12345678901.5, 0.1+0.2, 9.995, 1e21, 314159.26535, "10", "0x10", " 7 ", "abc", ""}
local strings = {"", "a", "hello", "hello world", "a\0b", "line\nline2\r\n", 'quo"te\\', "tab\tx", ("x"):rep(99), ("y"):rep(100), ("z"):rep(60).."\0end", "\255\128\200", "1", 12, 1.5}
local flags = {"", "", "", "-", "+", " ", "#", "0", "-+", "0+", "# ", "-0", "+#0", "------", "-+ #0"}
local widths = {"", "", "", "1", "5", "10", "20", "99", "100"}
local precs = {"", "", "", ".", ".0", ".1", ".3", ".10", ".20", ".99", ".100"}
local convs = {"d","i","o","u","x","X","e","E","f","g","G","g","f","d","c","s","s","q","y","","%"}
for i = 1, count do
  local c = pick(convs)
  local fl = pick(flags)
  local a
  if c == "s" or c == "q" then a = rnd(6) == 0 and pick(numbers) or pick(strings); fl = fl:gsub("[0# +]", "")
  elseif c == "c" then a = pick{65, 0, 10, 255, 256+66, -1}; fl = fl:gsub("[0# +]", "")
  else a = pick(numbers) end
  local p = (c == "c") and "" or pick(precs)
  if c == "q" and rnd(3) > 0 then case("format", string.format, "<%q>", a)
  else case("format", string.format, "<%"..fl..pick(widths)..p..c..">", a) end
end
case("format", string.format, "%d %s", 1) case("format", string.format) case("format", string.format, "%5") case("format", string.format, "%s", nil)
case("format", string.format, "%s", true) case("format", string.format, "%d", "x") case("format", string.format, "%c%c%c", 76, 117, 97) case("format", string.format, 12) case("format", string.format, "%%%d%%", 5) case("format",string.format,"%.3d|%+.3d|% 8.3d|%-8.3d|",5,5,5,5) case("format",string.format,"%d","0x10")
-- patterns
local atoms = {"a","b",".","%a","%d","%s","%w","%p","%l","%u","%x","%c","%z","%A","%D","%S","%W","[abc]","[^abc]","[a-z]","[%d_]","[^%s]","[]]","[a-]","[%]]","%.","%%","(a)","(%w+)","()","(.-)","%b()","%bxy","%f[%w]","%1","%2","$","^","[^]","x","o","l", "((%w)%w*)", "[%a%-]", "%Z", "[0-9]"}
local mods = {"","","","","*","+","-","?"}
local subjects = {"", "a", "aaa", "abc", "hello world", "THE (quick) fox", "key = value", "x(a(b)c)d", "  trim me  ", "aXbXc", "10.0.0.1:3306", "SELECT * FROM t", "a\0b\0c", "foo.bar_baz-qux", "\255\200abc", "abab", "xxyyxy", "a,b,,c", "[tag]", "%d%s"}
local function pattern()
  local p = rnd(5) == 0 and "^" or ""
  for i = 1, 1 + rnd(4) do p = p..pick(atoms)..pick(mods) end
  if rnd(6) == 0 then p = p.."$" end
  if rnd(30) == 0 then p = p..pick{"%","[","(",")","[a","%f","%b","%bx","[%","%9","[^", "\0x"} end
  return p
end
local function matches(s, p) local r = {} for a, b, c in string.gmatch(s, p) do r[#r+1] = tostring(a); if b then r[#r+1] = tostring(b) end if #r > 50 then break end end return unpack(r) end
for i = 1, count do
  local s, p, k = pick(subjects), pattern(), rnd(6)
  if k == 0 then case("find", string.find, s, p)
  elseif k == 1 then case("find", string.find, s, p, rnd(12) - 5, rnd(4) == 0)
  elseif k == 2 then case("match", string.match, s, p, rnd(4) == 0 and rnd(8) - 3 or nil)
  elseif k == 3 then case("gmatch", matches, s, p)
  elseif k == 4 then case("gsub", string.gsub, s, p, pick{"", "-", "<%0>", "%1", "%2%1", "%%", "%x", "%", "%9", 7, "[%1]"})
  else case("gsub", string.gsub, s, p, pick{"x", "%0%0"}, rnd(4) - 1) end
end
local idx = {0, 1, 2, 3, 5, -1, -2, -3, -10, 100, 1e10, -1e10, 1/0, -1/0, 2.9, "2", 2^31, 2^32+1}
for i = 1, count / 4 do
  local s = pick(strings)
  local k = rnd(6)
  if k == 0 then case("sub", string.sub, s, pick(idx)) elseif k == 1 then case("sub", string.sub, s, pick(idx), pick(idx))
  elseif k == 2 then case("byte", string.byte, s, pick(idx)) elseif k == 3 then case("byte", string.byte, s, pick(idx), pick(idx))
  elseif k == 4 then case(pick{"upper"}, string.upper, s) case("lower", string.lower, s) case("reverse", string.reverse, s) case("len", string.len, s)
  else case("rep", string.rep, s, pick{0, 1, 2, 5, -1, 2.9, "3", 2^32}) end
end
case("char", string.char) case("char", string.char, 0, 255, 65) case("char", string.char, 256) case("char", string.char, -1) case("char", string.char, "x") case("sub", string.sub) case("sub", string.sub, "x") case("rep", string.rep, "x") case("upper", string.upper) case("gsub", string.gsub, "x", "x") case("gsub", string.gsub, "x", "x", true) case("find", string.find, "x") case("dump", string.dump) case("byte", string.byte, "") case("find", string.find, "a.b", ".", 1, true) case("find", string.find, "", "") case("find", string.find, "abc", "", 10) case("find", string.find, "abc", "", 4) case("find", string.find, "a\0b%", "\0b%") case("find", string.find, "a\0b", "b\0")
-- numbers to text and back
local texts = {"0","1","-1","+1"," 12 ","\t12\n","1 2","0x","0x1","0xFF","0XfF","-0x10","0x1p4","0x.8","0x1.8","0xg","1e5","1e","1e+","1E-5",".5","5.",".","","-","+","--1","1.5.2","inf","-inf","INF","infinity","infinit","nan","-nan","nan(1)","nan(","1\0002","10\000","\00010","0x1e","1e400","-1e400","1e-400","123456789012345678901234567890","0.1","99999999999999999999","1_000","1f","1d","0b1","1e5x","0x1p","0x1p-2","  ","1e1e1","٣"}
for _, s in ipairs(texts) do case("tonumber", tonumber, s) end
for _, b in ipairs{2, 8, 10, 11, 16, 36} do for _, s in ipairs{"10","-7","0x1F","zz","99999999999999999999"," 11 ","1 1","","-","7f","0x","11\0z","18446744073709551615","18446744073709551616", "+1", "g", "\f1\v"} do case("tonumber", tonumber, s, b) end end
for _, n in ipairs(numbers) do if type(n) == "number" then case("tostring", tostring, n) case("tostring", tostring, -n) case("tostring", tostring, n * 1.1) case("tostring", tostring, n / 3) end end
for i = 1, count / 2 do case("tostring", tostring, (rnd(65536) * 65536 + rnd(65536)) * 2 ^ (rnd(200) - 130) * (rnd(2) * 2 - 1)) case("tostring", tostring, rnd(65536) / 10 ^ rnd(12)) end
-- math
local one = {"abs","ceil","floor","sqrt","frexp","modf","deg","rad","acos","asin"}
local ms = {0, -0.5, 0.5, 1, -1, 2, 1.25, -3.75, 1e10, -1e300, 5e-324, 1/0, -1/0, "4", "x", 9.5, 2^53}
for _, f in ipairs(one) do for _, v in ipairs(ms) do if not ((f == "acos" or f == "asin") and type(v) == "number" and math.abs(v) < 1 and v ~= 0) then case(f, math[f], v) end end case(f, math[f]) end
for i = 1, 60 do local a, b = pick(ms), pick(ms) case("fmod", math.fmod, a, b) case("mod", math.mod, a, b) case("max", math.max, a, b, pick(ms)) case("min", math.min, a, b) case("ldexp", math.ldexp, a, pick{0,1,-1,10,-1074,2000}) end
for _, v in ipairs{1, 10, 100, 1000, 0, -1, 1/0} do case("log10", math.log10, v) case("log", math.log, v == 10 and 1 or v) end
case("max", math.max) case("random", math.random, 0) case("random", math.random, 2, 1) case("random", math.random, 1, 2, 3) case("random", math.random, "x") case("random", math.random, 1, 1) case("random", math.random, -5, -5) case("random", math.random, 1) case("pow", math.pow, 2, 10) case("pow", math.pow, 1, 1/0) case("pow", math.pow, -1, 1/0) case("pow", math.pow, -8, 1/3) case("fmod", math.fmod, 1) case("randomseed", math.randomseed) case("randomseed", math.randomseed, 1)
