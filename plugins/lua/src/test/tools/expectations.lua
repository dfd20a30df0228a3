-- Writes the expectations of the conformance probes with the Lua that runs this script, which has to be PUC Lua 5.1.5:
--
--   cd plugins/lua/src/test/resources/conformance && lua5.1 ../../tools/expectations.lua [area ...]
--
-- For each <area>.lua, <area>.expected gets what every probe printed and returned, each in an interpreter of its own.
-- A probe starts behind a line "--- name". Run it after a change of probes; look at the difference before you keep it.

assert(_VERSION == "Lua 5.1" and not jit, "this is not PUC Lua 5.1")

local areas = {...}
if #areas == 0 then
  local list = io.popen("ls *.lua")
  for name in list:lines() do
    if name ~= "harness.lua" then
      areas[#areas + 1] = name:match("^(.*)%.lua$")
    end
  end
  list:close()
end

local text_file, script_file = os.tmpname(), os.tmpname()

local function write(path, text)
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
end

write(script_file, string.format([[
  local file = io.open(%q, "rb")
  local source = file:read("*a")
  file:close()
  arg = nil
  assert(loadfile("harness.lua"))(source)
]], text_file))

local function run(probe)
  write(text_file, probe)
  local pipe = io.popen("TZ=UTC LC_ALL=C lua5.1 " .. script_file .. " 2>&1 </dev/null")
  local output = pipe:read("*a")
  pipe:close()
  return output
end

local total = 0
for _, area in ipairs(areas) do
  local expected, name, lines, seen = {}, nil, {}, {}
  local function finish()
    if name then
      assert(not seen[name], area .. ": two probes are named " .. name)
      seen[name] = true
      total = total + 1
      expected[#expected + 1] = "--- " .. name .. "\n" .. run(table.concat(lines, "\n"))
    end
  end
  for line in io.lines(area .. ".lua") do
    local following = line:match("^%-%-%- (%S+)$")
    if following then
      finish()
      name, lines = following, {}
    else
      lines[#lines + 1] = line
    end
  end
  finish()
  write(area .. ".expected", table.concat(expected))
end
os.remove(text_file)
os.remove(script_file)
print(total .. " probes")
