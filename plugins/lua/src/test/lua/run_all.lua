-- lua5.1 plugins/lua/src/test/lua/run_all.lua: runs the tests of the scripts with any Lua 5.1.

TESTS = (arg[0]:match("^(.*)/[^/]*$") or ".")
SCRIPTS = TESTS .. "/../../../../../distribution/src/main/lua"
os.exit(dofile(TESTS .. "/suite.lua"))
