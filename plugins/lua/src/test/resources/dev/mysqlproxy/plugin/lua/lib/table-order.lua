-- Makes table-order.tsv: lua5.1 table-order.lua 7 400 > table-order.tsv
collectgarbage("stop")
local seed, cases = tonumber(arg[1]), tonumber(arg[2])
local state = seed
local function rnd(n) state = (state * 69069 + 12345) % 4294967296; return math.floor(state / 65536) % n end
local words = {"id","name","user","host","port","type","query","value","x","y","__index","read_query","command_type","a","b","c","key with space",""}
local function key(mix)
  local r = rnd(10)
  if mix == 1 or (mix == 0 and r < 4) then return "i"..(rnd(24) - 2) end
  if mix == 3 and r < 5 then return "i"..(rnd(3) == 0 and rnd(100000) or rnd(70)) end
  if r < 5 then return "n"..(rnd(40)/8 - 2) end
  if r < 6 then return rnd(2) == 0 and "bT" or "bF" end
  if r == 6 then return "s"..words[rnd(#words)+1]..rnd(20) end
  if r == 7 then return "n"..({"1e+15","-3000000000","4294967296","1e+300","-0.001","inf","-inf","-0","7"})[rnd(9)+1] end
  return "s"..words[rnd(#words)+1]
end
local function val(k)
  local t, r = k:sub(1,1), k:sub(2)
  if t == "i" then return tonumber(r) elseif t == "n" then return tonumber(r)
  elseif t == "b" then return r == "T" else return r end
end
local function name(k)
  if type(k) == "number" then return (k == math.floor(k) and math.abs(k) < 2^31) and ("i%d"):format(k) or ("n%.17g"):format(k)
  elseif type(k) == "boolean" then return k and "bT" or "bF" else return "s"..k end
end
for case = 1, cases do
  local mix = rnd(4)
  local narr, nhash = rnd(3) == 0 and rnd(8) or 0, rnd(3) == 0 and rnd(7) or 0
  local src = {}
  for i = 1, nhash do src[#src+1] = "h"..i.."="..i end
  for i = 1, narr do src[#src+1] = (i + case) % 3 == 0 and "nil" or "'v'" end
  local t = loadstring("return {"..table.concat(src, ",").."}")()
  local line = {"A"..narr, "H"..nhash, "C"..case}
  for op = 1, rnd(60) do
    local k = key(mix)
    local r = rnd(14)
    if r < 10 then line[#line+1] = "+"..k; t[val(k)] = op
    elseif r < 13 then line[#line+1] = "-"..k; t[val(k)] = nil
    else
      local seen, n = {}, 0
      for kk in pairs(t) do
        n = n + 1; seen[n] = name(kk)
        if n % 3 == 0 then t[kk] = nil elseif n % 2 == 0 then t[kk] = op end
      end
      line[#line+1] = "T"..table.concat(seen, "\1")
    end
    if r % 5 == 0 then line[#line+1] = "#"..#t end
  end
  local seen = {}
  for k in pairs(t) do seen[#seen+1] = name(k) end
  line[#line+1] = "P"..table.concat(seen, "\1")
  print(table.concat(line, "\t"))
end
