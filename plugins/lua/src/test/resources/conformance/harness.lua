-- Runs one probe, whose text is this chunk's argument, and writes what came of it behind what the probe printed:
-- "-> results", "!! error value" or "?? message of the compiler". Only plain Lua, so that it means the same everywhere.
local source = ...
local type, tostring, tonumber, pairs, pcall, select = type, tostring, tonumber, pairs, pcall, select
local byte, format, concat, sort = string.byte, string.format, table.concat, table.sort
local stdout, load = io.stdout, loadstring

local function quoted(text)
  local parts = {}
  for i = 1, #text do
    local code = byte(text, i)
    if code == 10 then
      parts[i] = "\\n"
    elseif code == 34 or code == 92 then
      parts[i] = "\\" .. format("%c", code)
    elseif code < 32 or code > 126 then
      parts[i] = "\\" .. format("%03d", code)
    else
      parts[i] = format("%c", code)
    end
  end
  return '"' .. concat(parts) .. '"'
end

local function number(value)
  if value ~= value then
    return "not a number"
  end
  local text = tostring(value)
  if value == 1 / 0 or value == -1 / 0 or tonumber(text) == value then
    return text
  end
  return text .. "~" .. format("%.17g", value)
end

local show

local function contents(value, depth)
  local numbers, strings, others = {}, {}, {}
  for key in pairs(value) do
    local kind = type(key)
    if kind == "number" then
      numbers[#numbers + 1] = key
    elseif kind == "string" then
      strings[#strings + 1] = key
    else
      others[#others + 1] = kind .. "=" .. type(value[key])
    end
  end
  sort(numbers)
  sort(strings)
  sort(others)
  local parts = {}
  for i = 1, #numbers do
    parts[#parts + 1] = "[" .. number(numbers[i]) .. "]=" .. show(value[numbers[i]], depth + 1)
  end
  for i = 1, #strings do
    parts[#parts + 1] = "[" .. quoted(strings[i]) .. "]=" .. show(value[strings[i]], depth + 1)
  end
  for i = 1, #others do
    parts[#parts + 1] = others[i]
  end
  return "{" .. concat(parts, ", ") .. "}"
end

function show(value, depth)
  local kind = type(value)
  if kind == "string" then
    return quoted(value)
  elseif kind == "number" then
    return number(value)
  elseif kind == "table" then
    return depth < 4 and contents(value, depth) or "{...}"
  elseif kind == "nil" or kind == "boolean" then
    return tostring(value)
  end
  return kind
end

local function shown(...)
  local parts = {}
  for i = 1, select("#", ...) do
    parts[i] = show((select(i, ...)), 0)
  end
  return concat(parts, ", ")
end

local function report(fine, ...)
  stdout:write(fine and "-> " or "!! ", shown(...), "\n")
end

local chunk, message = load(source, "=probe")
if chunk then
  report(pcall(chunk))
else
  stdout:write("?? ", message, "\n")
end
