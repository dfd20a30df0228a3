-- Runs a case and tells its results as one line; the same text runs on lua5.1 with lua-lpeg 1.0.2 and on our runtime.
local l = require "lpeg"
local show

local function text(s)
  return '"' .. (s:gsub('[%c"\\\127-\255]', function(c) return ("\\%d"):format(c:byte()) end)) .. '"'
end

local function entries(t)
  local all = {}
  local n = #t
  for i = 1, n do all[i] = show(t[i]) end
  local others = {}
  for k, v in pairs(t) do
    if not (type(k) == "number" and k >= 1 and k <= n) then
      others[#others + 1] = show(k) .. "=" .. show(v)
    end
  end
  table.sort(others)
  for _, entry in ipairs(others) do all[#all + 1] = entry end
  return "{" .. table.concat(all, ",") .. "}"
end

function show(v)
  local t = type(v)
  if t == "string" then return text(v) end
  if t == "table" then return entries(v) end
  if t == "userdata" then return l.type(v) or t end
  if t == "function" then return t end
  return tostring(v)
end

local function outcome(ok, ...)
  if not ok then
    local message = tostring((...)):gsub("^[^ ]*:%d+: ", "")
    return "error: " .. message:gsub("#(%d+) to '[^']*'", "#%1")
  end
  local all = {}
  for i = 1, select("#", ...) do all[i] = show((select(i, ...))) end
  return table.concat(all, " ")
end

-- l is lpeg, m its match; rep repeats strings
return function(source)
  l.setmaxstack(400)
  local chunk = assert(loadstring("local l, m, rep = ...; " .. source, "=case"))
  return outcome(pcall(chunk, l, l.match, string.rep))
end
