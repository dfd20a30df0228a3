-- Runs all tests of the scripts, prints what failed and returns 0, or 1 if something did. Needs the globals TESTS and
-- SCRIPTS: the directories of the tests and of the scripts.

local here, scripts = TESTS, SCRIPTS

package.path = here .. "/?.lua;" .. scripts .. "/lib/?.lua;" .. package.path

proxy = { global = { config = {} } }

local test = require("proxy.test")
require("harness").scripts = scripts

local FILES = {
    "active-queries", "active-transactions", "admin", "admin-sql", "affinity", "analyze-query", "auditing", "auto-config",
    "balance", "commands", "commit-obfuscator", "histogram", "load-multi", "parser", "ro-balance", "ro-pooling",
    "rw-splitting", "test", "tokenizer", "xtab",
}
for _, name in ipairs(FILES) do
    dofile(here .. "/" .. name .. "-test.lua")
end

local suite = test.Suite:new({ result = test.Result:new() })
suite:run()
suite.result:print()
return suite:exit_code()
