-- Writes the answers of the real LPeg into a file of cases, in place:
--   cd plugins/lua/src/test/resources/lpeg && lua5.1 generate.lua cases.txt
-- A case is a line "? <Lua chunk>"; the line "= <results>" after it is what this script writes.
local run = dofile("harness.lua")
local name = arg[1]
local lines = {}
for line in io.lines(name) do
  if line:sub(1, 2) ~= "= " and line ~= "=" then lines[#lines + 1] = line end
  if line:sub(1, 2) == "? " then lines[#lines + 1] = "= " .. run(line:sub(3)) end
end
local file = assert(io.open(name, "wb"))
file:write(table.concat(lines, "\n"), "\n")
file:close()
