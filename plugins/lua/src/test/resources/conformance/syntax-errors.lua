--- unexpected-symbol
return loadstring("x = = 1", "=c")
--- near-eof
return loadstring("x = ", "=c")
--- unclosed-if
return loadstring("if x then\n\ny = 1", "=c")
--- unclosed-on-other-line
return loadstring("for i = 1, 2 do\n\n\nx(", "=c")
--- end-expected-at-line
return loadstring("function f()\n\nif x then end\n", "=c")
--- unclosed-call
return loadstring("f(\n1\n", "=c")
--- unclosed-brace
return loadstring("t = {\n1,\n2\nx", "=c")
--- unfinished-string
return loadstring("x = 'abc", "=c")
--- unfinished-string-newline
return loadstring("x = 'abc\ny'", "=c")
--- unfinished-long-string
return loadstring("x = [[abc", "=c")
--- unfinished-long-comment
return loadstring("--[[abc", "=c")
--- invalid-long-delimiter
return loadstring("x = [=abc", "=c")
--- escape-too-large
return loadstring("x = '\\300'", "=c")
--- malformed-number
return loadstring("x = 3x", "=c")
--- malformed-number-dots
return loadstring("x = 1..2", "=c")
--- malformed-exponent
return loadstring("x = 1e", "=c")
--- malformed-hex
return loadstring("x = 0xg", "=c")
--- break-outside
return loadstring("break", "=c")
--- break-in-function-in-loop
return loadstring("while true do local f = function() break end end", "=c")
--- break-not-last
return loadstring("while true do break x = 1 end", "=c")
--- return-not-last
return loadstring("return 1 x = 2", "=c")
--- varargs-outside
return loadstring("function f() return ... end", "=c")
--- ambiguous-syntax
return loadstring("local f = g\n(h or i)()", "=c")
--- assignment-to-call
return loadstring("f() = 1", "=c")
--- expression-statement
return loadstring("x", "=c")
--- expression-statement-2
return loadstring("1 + 1", "=c")
--- missing-then
return loadstring("if x y = 1 end", "=c")
--- missing-do
return loadstring("while x y() end", "=c")
--- missing-in
return loadstring("for a, b of t do end", "=c")
--- for-syntax
return loadstring("for a.b = 1, 2 do end", "=c")
--- for-needs-equals
return loadstring("for i 1, 2 do end", "=c")
--- name-expected
return loadstring("local 1 = 2", "=c")
--- keyword-as-name
return loadstring("local end = 2", "=c")
--- keyword-as-field
return loadstring("t.end = 2", "=c")
--- function-name
return loadstring("function 1() end", "=c")
--- function-arguments-missing
return loadstring("t:m", "=c")
--- function-arguments-missing-2
return loadstring("t:m = 1", "=c")
--- parameter
return loadstring("function f(a,) end", "=c")
--- dots-not-last
return loadstring("function f(..., a) end", "=c")
--- stray-end
return loadstring("x = 1 end", "=c")
--- stray-until
return loadstring("until x", "=c")
--- invalid-character
return loadstring("x = 1 @ 2", "=c")
--- invalid-character-control
return loadstring("x = \1", "=c")
--- invalid-byte-high
return loadstring("x = \233t\233", "=c")
--- tilde-alone
return loadstring("x = 1 ~ 2", "=c")
--- too-many-locals
local parts = {} for i = 1, 201 do parts[i] = "local a" .. i end return loadstring(table.concat(parts, "\n"), "=c")
--- too-many-upvalues
local parts = {} for i = 1, 61 do parts[i] = "a" .. i end
local names = table.concat(parts, ",")
return loadstring("local " .. names .. "\nlocal function f()\nreturn " .. names .. "\nend", "=c")
--- too-many-nested
return loadstring(("("):rep(250) .. "1", "=c")
--- too-many-nested-blocks
return loadstring(("do "):rep(250), "=c")
--- chunk-name-string
return loadstring("x = ", "x = 1\ny = 2")
--- chunk-name-default
return loadstring("x = ")
--- chunk-name-long-line
return loadstring("x = ", ("y"):rep(100))
--- chunk-name-file
return loadstring("x = ", "@some/file.lua")
--- chunk-name-file-long
return loadstring("x = ", "@" .. ("dir/"):rep(30) .. "file.lua")
--- chunk-name-equals-long
return loadstring("x = ", "=" .. ("n"):rep(100))
--- chunk-name-path-like
return loadstring("x = ", "/some/path.lua")
--- chunk-name-path-59
return loadstring("x = ", "/" .. ("p"):rep(58))
--- chunk-name-empty
return loadstring("x = ", "")
--- near-long-token
return loadstring("x = = '" .. ("long"):rep(40) .. "'", "=c")
--- near-string-token
return loadstring("x 'abc'", "=c"), loadstring("local 'abc'", "=c")
--- near-number-token
return loadstring("local 12.50", "=c")
--- near-dots
return loadstring("local ...", "=c")
--- near-long-string-token
return loadstring("local [[ab\nc]]", "=c")
--- elseif-after-else
return loadstring("if a then else elseif b then end", "=c")
--- local-function-dot
return loadstring("local function a.b() end", "=c")
--- method-dots
return loadstring("function a:b.c() end", "=c")
--- missing-equals-local
return loadstring("local a b = 1", "=c")
--- unexpected-comma
return loadstring("f(1,,2)", "=c")
--- unexpected-operator
return loadstring("return 1 +", "=c")
--- concat-no-space
return loadstring("return 1..'a'", "=c")
--- brackets
return loadstring("t[1 = 2", "=c")
--- paren-assignment
return loadstring("(a) = 1", "=c")
--- double-not-equal
return loadstring("return a != b", "=c")
--- semicolon-alone
return loadstring(";", "=c")
--- goto-statement
return loadstring("goto done ::done::", "=c")
--- integer-division
return loadstring("return 3 // 2", "=c")
--- control-structure-too-long
return pcall(loadstring, "x = 1 while x do " .. ("y = 1 "):rep(5) .. " end z = ", "=c")
--- bytecode-prefix
return loadstring("\27Lua", "=c")
