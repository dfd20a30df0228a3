--- library
local names = {} for k, v in pairs(io) do names[#names + 1] = k .. ":" .. type(v) end table.sort(names) return table.concat(names, " ")
--- file-methods
local names = {} for k in pairs(getmetatable(io.stdout)) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
--- metatable-index
local mt = getmetatable(io.stdout) return mt.__index == mt, mt == getmetatable(io.stderr)
--- type
local f = io.tmpfile() local a = io.type(f) f:close() return a, io.type(f), io.type(5), io.type(nil), pcall(io.type)
--- tostring
local f = io.tmpfile() local s = tostring(f):gsub("0x%x+", "P") f:close() return s, tostring(f)
--- open-missing
return io.open("/nonexistent/file")
--- open-missing-write
return io.open("/nonexistent/file", "w")
--- open-directory
return io.open("/tmp", "w")
--- open-not-a-directory
return io.open("/dev/null/file")
--- open-invalid-mode
return io.open("/nonexistent", "q")
--- open-empty-name
return io.open("")
--- open-bad
return pcall(io.open), pcall(io.open, {}), pcall(io.open, "x", {})
--- read-directory
local f = io.open("/tmp") return f:read("*a")
--- write-read
local n = os.tmpname() local f = io.open(n, "w") print(f:write("line1\n", 2, "\n", 3.5)) f:close()
f = io.open(n) local r = {f:read("*l", "*n", "*l", "*a")} f:close() os.remove(n) return r
--- read-nothing-left
local f = io.tmpfile() return f:read("*l"), f:read("*a"), f:read("*n"), f:read(1), f:read(0), f:read()
--- read-all-empty-then-again
local f = io.tmpfile() f:write("x") f:seek("set") return f:read("*a"), f:read("*a"), f:read("*l")
--- read-count
local f = io.tmpfile() f:write("abcdef") f:seek("set") return f:read(2), f:read(0), f:read(100), f:read(1)
--- read-several
local f = io.tmpfile() f:write("abcdef\nsecond\n") f:seek("set") return f:read(1, 2, "*l", "*l", "*l", "*a")
--- read-stops-at-failure
local f = io.tmpfile() f:write("x\n") f:seek("set") return select("#", f:read("*l", "*l", "*l"))
--- read-lines-without-final-newline
local f = io.tmpfile() f:write("a\n\nb") f:seek("set") return f:read(), f:read(), f:read(), f:read()
--- read-crlf
local f = io.tmpfile() f:write("a\r\nb\r\n") f:seek("set") return f:read(), f:read("*a")
--- read-binary
local t = {} for i = 0, 255 do t[#t + 1] = string.char(i) end local s = table.concat(t)
local f = io.tmpfile() f:write(s) f:seek("set") return f:read("*a") == s, f:seek("cur")
--- read-line-with-zero
local f = io.tmpfile() f:write("a\0b\nc\n") f:seek("set") return f:read("*l"), f:read("*l")
--- read-numbers
local f = io.tmpfile() f:write("12 -3.5e2\n0x1F .5 5. +7") f:seek("set") return f:read("*n", "*n", "*n", "*n", "*n", "*n", "*n")
--- read-number-fails
local f = io.tmpfile() f:write("abc") f:seek("set") return f:read("*n"), f:read("*a")
--- read-number-stops
local f = io.tmpfile() f:write("1,2 12abc --1 1e+ 5") f:seek("set") return f:read("*n", 1, "*n", "*n", 3), f:read("*n"), f:read("*a")
--- read-number-exponent-broken
local f = io.tmpfile() f:write("1ex") f:seek("set") return f:read("*n", "*a")
--- read-number-infinity
local f = io.tmpfile() f:write("inf -infinity x") f:seek("set") return f:read("*n", "*n", "*a")
--- read-invalid-format
local f = io.tmpfile() return pcall(f.read, f, "*x"), pcall(f.read, f, "x"), pcall(f.read, f, {})
--- read-invalid-format-position
local f = io.tmpfile() f:write("a") f:seek("set") f:read("*a", "bad")
--- read-format-long-name
local f = io.tmpfile() f:write("l1\nl2") f:seek("set") return f:read("*line", "*all")
--- read-write-only
local n = os.tmpname() local f = io.open(n, "w") os.remove(n) return f:read("*a")
--- write-read-only
local f = io.open("/dev/null") return f:write("x")
--- write-numbers
local f = io.tmpfile() f:write(1, 1.5, 1e15, 1 / 3, -0) f:seek("set") return f:read("*a")
--- write-bad
local f = io.tmpfile() f:write("a", {})
--- write-bad-after-part
local f = io.tmpfile() pcall(f.write, f, "part", {}) f:seek("set") return f:read("*a")
--- write-nil
io.write(nil)
--- write-returns-true
local f = io.tmpfile() return f:write("x"), f:write(), io.write("")
--- mode-append
local n = os.tmpname() local f = io.open(n, "w") f:write("one") f:close() f = io.open(n, "a") f:write("two") print(f:seek("cur")) f:close()
f = io.open(n) local s = f:read("*a") f:close() os.remove(n) return s
--- mode-append-ignores-seek
local n = os.tmpname() local f = io.open(n, "a") f:write("one") f:seek("set", 0) f:write("two") f:close()
f = io.open(n) local s = f:read("*a") f:close() os.remove(n) return s
--- mode-append-update
local n = os.tmpname() local f = io.open(n, "w") f:write("abc") f:close() f = io.open(n, "a+")
local r = f:read("*a") f:write("def") f:seek("set", 1) local s = f:read(2) f:write("X") f:seek("set") local all = f:read("*a") f:close() os.remove(n) return r, s, all
--- mode-read-update
local n = os.tmpname() local f = io.open(n, "w") f:write("abcdef") f:close() f = io.open(n, "r+")
f:seek("set", 2) f:write("XY") f:seek("set") local s = f:read("*a") f:close() os.remove(n) return s
--- mode-read-update-missing
return io.open("/nonexistent", "r+")
--- mode-read-then-write
local f = io.tmpfile() f:write("abcdef") f:seek("set") local a = f:read(2) f:seek("cur", 0) f:write("X") f:seek("set") return a, f:read("*a")
--- mode-write-update
local n = os.tmpname() local f = io.open(n, "w+") f:write("abc") f:seek("set", 1) local s = f:read("*a") f:close() os.remove(n) return s
--- mode-write-truncates
local n = os.tmpname() local f = io.open(n, "w") f:write("long text") f:close() f = io.open(n, "wb") f:write("x") f:close()
f = io.open(n, "rb") local s = f:read("*a") f:close() os.remove(n) return s
--- seek
local f = io.tmpfile() f:write("abcdef") return f:seek(), f:seek("set"), f:seek("cur", 2), f:seek("end"), f:seek("end", -2), f:read("*a"), f:seek("set", 1), f:read(1)
--- seek-invalid
local f = io.tmpfile() return f:seek("set", -1)
--- seek-bad-option
local f = io.tmpfile() f:seek("middle")
--- seek-bad-offset
local f = io.tmpfile() f:seek("set", "x")
--- seek-beyond-end
local f = io.tmpfile() f:write("ab") f:seek("set", 4) f:write("z") f:seek("set") return f:read("*a")
--- seek-after-buffered-read
local f = io.tmpfile() f:write("line1\nline2\n") f:seek("set") f:read() return f:seek("cur"), f:seek("cur", 2), f:read()
--- setvbuf
local f = io.tmpfile() return f:setvbuf("no"), f:setvbuf("full", 1024), f:setvbuf("line"), pcall(f.setvbuf, f, "x")
--- flush
local f = io.tmpfile() return f:flush(), io.flush()
--- close-twice
local f = io.tmpfile() f:close() f:close()
--- use-closed
local f = io.tmpfile() f:close() f:read()
--- write-closed
local f = io.tmpfile() f:close() f:write("x")
--- close-returns
local f = io.tmpfile() return f:close()
--- method-without-self
io.stdout.read()
--- method-bad-self
local f = io.tmpfile() f.read(5)
--- close-bad
io.close(5)
--- close-nil
io.close(nil)
--- close-standard
return io.stdin:close()
--- close-default-output
io.output(io.tmpfile()) io.close() return pcall(io.write, "x"), pcall(io.close)
--- lines
local n = os.tmpname() local f = io.open(n, "w") f:write("a\nb\n\nc") f:close()
local t = {} for l in io.lines(n) do t[#t + 1] = l end os.remove(n) return t
--- lines-missing
io.lines("/nonexistent/file")
--- lines-closes-at-end
local n = os.tmpname() local it = io.lines(n) os.remove(n) it() return pcall(it)
--- lines-of-file-stays-open
local f = io.tmpfile() f:write("a\nb\n") f:seek("set") local c = 0 for l in f:lines() do c = c + 1 end return c, io.type(f)
--- lines-of-closed-file
local f = io.tmpfile() local it = f:lines() f:close() it()
--- lines-on-closed
local f = io.tmpfile() f:close() f:lines()
--- lines-of-directory
for l in io.lines("/tmp") do end
--- lines-long
local f = io.tmpfile() f:write(("x"):rep(20000), "\n", ("y"):rep(10000)) f:seek("set") local t = {} for l in f:lines() do t[#t + 1] = #l end return t
--- lines-results-at-end
local f = io.tmpfile() local it = f:lines() return select("#", it())
--- lines-bad
return pcall(io.lines, {})
--- input-output-default
return io.input() == io.stdin, io.output() == io.stdout
--- input-file
local n = os.tmpname() local f = io.open(n, "w") f:write("from input\n2") f:close()
io.input(n) local a, b = io.read(), io.read("*n") io.close(io.input()) os.remove(n) return a, b, pcall(io.read)
--- input-missing
io.input("/nonexistent/file")
--- input-bad
io.input({})
--- input-handle
local f = io.tmpfile() f:write("q") f:seek("set") io.input(f) return io.input() == f, io.read(1)
--- input-closed-handle
local f = io.tmpfile() f:close() io.input(f)
--- output-file
local n = os.tmpname() io.output(n) io.write("written") io.close() io.output(io.stdout)
local f = io.open(n) local s = f:read("*a") f:close() os.remove(n) return s
--- lines-default-input
local f = io.tmpfile() f:write("1\n2\n") f:seek("set") io.input(f) local s = "" for l in io.lines() do s = s .. l end return s
--- stdin-at-end
return io.read(), io.read("*a"), io.read("*n"), io.read(1)
--- stdin-write
return io.stdin:write("x")
--- stdout-write
io.stdout:write("a", 1, "\n") io.write("b", 2.5, "\n") return io.stdout:write("")
--- stdout-read
return io.stdout:read("*a")
--- print-and-write-in-order
io.write("1 ") print("2") io.stdout:write("3\n") print(4)
--- popen-read
local p = io.popen("echo one; echo two") local a, b, c = p:read("*l"), p:read("*a"), p:read("*l") return a, b, c, p:close()
--- popen-lines
local t = {} for l in io.popen("printf 'a\\nb\\nc'"):lines() do t[#t + 1] = l end return t
--- popen-exit-status
return io.popen("exit 3"):close()
--- popen-binary
return io.popen("printf 'a\\000b\\377'"):read("*a")
--- popen-large
return #io.popen("head -c 300000 /dev/zero"):read("*a")
--- popen-write
local n = os.tmpname() local p = io.popen("cat > " .. n, "w") p:write("to cat") p:close() local f = io.open(n) local s = f:read("*a") f:close() os.remove(n) return s
--- popen-bad-mode
return io.popen("true", "x")
--- popen-bad
return pcall(io.popen)
--- popen-write-to-reader
local p = io.popen("true") return p:write("x")
--- popen-read-from-writer
local p = io.popen("cat >/dev/null", "w") return p:read("*a")
--- popen-seek
return io.popen("true"):seek()
--- popen-type
local p = io.popen("true") local a = io.type(p) p:close() return a, io.type(p), tostring(p)
--- popen-missing-command
local p = io.popen("/nonexistent/command 2>/dev/null") return p:read("*a"), p:close()
--- popen-quotes
return io.popen("echo \"a  b\" 'c'"):read()
--- dev-null
local f = io.open("/dev/null", "w") return f:write("x"), f:close(), io.open("/dev/null"):read("*a")
--- name-cut-at-zero
return io.open("/dev/null\0x") ~= nil
--- gc-metamethod
local f = io.tmpfile() getmetatable(f).__gc(f) return io.type(f)
--- default-mode-reads
local n = os.tmpname() local f = io.open(n) local r, m, c = f:write("x") f:close() os.remove(n) return r, m, c
--- read-negative-count
local f = io.tmpfile() f:write("abc") f:seek("set") return f:read(-1), f:read(-1)
--- read-huge-count
local f = io.tmpfile() f:write("abc") f:seek("set") return f:read(2 ^ 20), f:read(2 ^ 20)
--- read-fractional-count
local f = io.tmpfile() f:write("abc") f:seek("set") return f:read(1.9), f:read(0.5)
