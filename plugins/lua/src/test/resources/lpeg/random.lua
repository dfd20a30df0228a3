-- Makes cases of random patterns over random subjects, to be answered by generate.lua:
--   lua5.1 random.lua 1500 1 > random.txt && lua5.1 generate.lua random.txt
-- The first argument is how many, the second the seed.
local count, seed = tonumber(arg[1]), tonumber(arg[2])

local function random(n)
  seed = (seed * 16807) % 2147483647
  return seed % n + 1
end

local function pick(...)
  return (select(random(select("#", ...)), ...))
end

local function leaf()
  local any = pick('l.V"X"', 'l.V"Y"', 'l.C(1)', 'l.C"a"')
  if random(8) == 1 and ahead == 0 then return any end
  return pick('l.P"a"', 'l.P"b"', 'l.P"ab"', 'l.P(1)', 'l.P(2)', 'l.S"ab"', 'l.R"bc"', 'l.P""', 'l.P(true)', 'l.P(false)',
    'l.P(-1)', 'l.Cp()', 'l.Cc("k")', 'l.Cc(1,2)', 'l.B"a"', 'l.B(l.S"bc")', 'l.P"c"', 'l.S"abc"', 'l.Cb("g")', 'l.Carg(1)',
    'l.Cc()', 'l.P"abc"')
end

-- LPeg 1.0.2 aborts when match-time captures are inside of an and-predicate that goes back
local ahead = 0

local function pattern(depth)
  if depth == 0 or random(7) == 1 then return leaf() end
  local function sub() return pattern(depth - 1) end
  local kind = random(24)
  if kind <= 5 then return "(" .. sub() .. "*" .. sub() .. ")" end
  if kind <= 9 then return "(" .. sub() .. "+" .. sub() .. ")" end
  if kind == 10 then return "(" .. sub() .. "-" .. sub() .. ")" end
  if kind == 11 then
    ahead = ahead + 1
    local body = sub()
    ahead = ahead - 1
    return "(#" .. body .. ")"
  end
  if kind == 12 then return "(-" .. sub() .. ")" end
  if kind <= 14 then return "(" .. sub() .. "^" .. pick("0", "1", "2", "-1", "-2", "0") .. ")" end
  if kind == 15 then return "l.C(" .. sub() .. ")" end
  if kind == 16 then return "l.Ct(" .. sub() .. ")" end
  if kind == 17 then return "l.Cs(" .. sub() .. ")" end
  if kind == 18 then return "l.Cg(" .. sub() .. pick("", ',"g"', ',"g"', ',"h"') .. ")" end
  if kind == 19 then return "(" .. sub() .. "/" .. pick("0", "1", "2") .. ")" end
  if kind == 20 then return "(" .. sub() .. pick('/"<%0>"', '/"%1-%0"', '/"%%%2"') .. ")" end
  if kind == 21 then
    return "(" .. sub() .. "/" .. pick('{a="A",ab=2,b=false}', "function(...) return select('#',...), ... end", "function() end") .. ")"
  end
  if kind == 22 then return "l.Cf(" .. sub() .. ",function(...) return select('#',...)..type((...)) end)" end
  if kind == 23 and ahead == 0 then
    return "l.Cmt(" .. sub() .. "," .. pick("function(s,i,...) return true,... end", "function(s,i,...) return i end",
      "function(s,i) return i%2==0 end", "function(s,i,...) return i<=#s and i+1,i,select('#',...) end") .. ")"
  end
  return "l.B(" .. leaf() .. ")"
end

local function subject()
  local bytes = {}
  for i = 1, random(9) - 1 do bytes[i] = pick("a", "b", "c", "a") end
  return table.concat(bytes)
end

for _ = 1, count do
  local body = pattern(4)
  if body:find("l.V", 1, true) then
    body = "l.P{" .. body .. ",X=l.P(" .. pattern(3) .. "),Y=l.P(" .. pattern(2) .. ")}"
  end
  print(("? return m(%s,%q%s)"):format(body, subject(), pick("", "", ',2,"x"', ',1,"x"', ",-2")))
end
