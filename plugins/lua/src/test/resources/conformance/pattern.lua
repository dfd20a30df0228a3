--- classes-ascii
local out = {} for _, c in ipairs{"a", "c", "d", "l", "p", "s", "u", "w", "x", "z"} do local n = 0 for i = 0, 255 do if string.char(i):find("%" .. c) then n = n + 1 end end out[#out + 1] = c .. n end return table.concat(out, " ")
--- classes-negated
local out = {} for _, c in ipairs{"A", "C", "D", "L", "P", "S", "U", "W", "X", "Z"} do local n = 0 for i = 0, 255 do if string.char(i):find("%" .. c) then n = n + 1 end end out[#out + 1] = c .. n end return table.concat(out, " ")
--- class-g-is-a-letter
return ("g"):find("%g"), ("!"):find("%g")
--- high-bytes
return ("\228"):find("%a"), ("\196"):find("%u"), ("\228"):find("[\200-\255]"), ("\160"):find("%s"), ("\161"):find("%p")
--- dot
return ("\0\n\255"):find("^...$")
--- sets
return ("x5"):match("[a-z][0-9]"), ("]"):match("[]]"), ("-"):match("[a-]"), ("-"):match("[-a]"), ("^"):match("[x^]"), ("b"):match("[^a]"), ("%"):match("[%%]")
--- set-classes
return ("a1_"):match("[%w_]+"), ("a-b"):match("[%a%-]+"), ("x.y"):match("[^%.]+"), ("]a"):match("[%]a]+")
--- set-range-odd
return ("b"):match("[c-a]"), ("-"):match("[%a-z]"), ("x"):match("[%a-]"), ("a"):match("[a-%%]"), ("%"):match("[a-%%]")
--- set-closing-first
return ("]"):match("[^]]"), ("a"):match("[^]]"), ("]]"):match("[]]+")
--- quantifiers
return ("aaa"):match("a*"), ("aaa"):match("a+"), ("aaa"):match("a-"), ("aaa"):match("a?"), ("baaa"):match("a*"), ("b"):match("a?b")
--- lazy
return ("<a><b>"):match("<(.-)>"), ("<a><b>"):match("<(.*)>"), ("abc"):match("^(.-)$"), ("aXb"):match("(.-)X")
--- star-backtracks
return ("aaab"):match("a*ab"), ("aaa"):match("a+a$"), ("aab"):match("(a*)(a)b")
--- captures-nested
return ("abc"):match("((a)(b))(c)"), ("abc"):match("(a(b(c)))")
--- captures-empty
return ("abc"):match("()b()"), ("abc"):match("a()"), (""):match("()")
--- back-reference
return ("abab"):match("(ab)%1"), ("'it'"):match("(['\"])(.-)%1"), ("aa bb"):match("(%a)%1 (%a)%2"), ("ab"):match("(a)%1")
--- balanced
return ("f(a(b)c)d"):match("%b()"), ("x[[y]]"):match("%b[]"), ("((a)"):match("%b()"), ("no"):match("%b()"), ("'a'b'"):match("%b''")
--- frontier
return ("THE (quick) fox"):find("%f[%a]%a+%f[%A]"), ("foo.bar"):gsub("%f[%w]%w+", string.upper), ("abc"):find("%f[%z]")
--- frontier-end
return ("abc"):find("%f[^%w]"), ("abc"):match("%f[%z].*"), ("abc"):gsub("%f[%Z]", "|")
--- anchors
return ("a^b"):match("a^b"), ("a$b"):match("a$b"), ("^a"):match("%^a"), ("abc"):match("^abc$"), ("a$"):match("a%$$")
--- anchor-only
return ("abc"):find("^"), ("abc"):find("$"), ("abc"):match("^$"), (""):match("^$")
--- escape-in-pattern
return ("a.b"):match("a%.b"), ("a+b"):match("a%+b"), ("(x)"):match("%((.)%)"), ("%"):match("%%")
--- escape-letters
return pcall(string.match, "q", "%q"), pcall(string.match, "j", "%j")
--- plus-after-capture
return pcall(string.match, "(a)+", "(a)+")
--- quantifier-at-start
return ("*a"):match("*a"), ("+"):match("+"), ("?"):match("^?"), ("-"):match("-")
--- pattern-with-zero
return ("a\0b"):match("a%zb"), pcall(string.match, "a\0b", "a\0b")
--- zero-in-set
return pcall(string.match, "a\0b", "[\0b]+")
--- malformed-percent
return pcall(string.find, "a", "%")
--- malformed-set
return pcall(string.find, "a", "[a")
--- malformed-set-escape
return pcall(string.find, "a", "[%")
--- malformed-set-empty
return pcall(string.find, "a", "[]")
--- malformed-set-negated
return pcall(string.find, "a", "[^")
--- malformed-capture-open
return pcall(string.find, "a", "(a")
--- malformed-capture-close
return pcall(string.find, "a", "a)")
--- malformed-balance
return pcall(string.find, "a", "%b")
--- malformed-balance-one
return pcall(string.find, "a", "%bx")
--- malformed-frontier
return pcall(string.find, "a", "%f")
--- malformed-back-reference
return pcall(string.find, "a", "%1")
--- malformed-back-reference-open
return pcall(string.find, "aa", "(a%1)")
--- malformed-back-reference-zero
return pcall(string.find, "aa", "(a)%0")
--- too-many-captures
return pcall(string.find, ("a"):rep(40), ("(a)"):rep(33))
--- many-captures
return select("#", ("a"):rep(32):match(("(a)"):rep(32)))
--- specials-detected
return ("a+b"):find("+", 1, true), ("a+b"):find("b"), ("a]b"):find("]"), ("a)"):find(")", 1, true)
--- special-close-bracket
return ("a]b"):find("]"), ("a}b"):find("}"), pcall(string.find, "a)b", ")")
--- long-subject
local s = ("a"):rep(100000) return #s:match("a*"), #s:match("a-$"), (s:find("b")), #s:gsub("a", "b")
--- deep-pattern-recursion
return pcall(string.match, ("a"):rep(300000), "^.-b")
--- optional-chain
return ("a"):rep(20):match(("a?"):rep(20) .. ("a"):rep(20)) == ("a"):rep(20)
--- hex-class
return ("0aFg"):match("%x+"), ("xyz"):match("%x"), ("DEAD beef"):gsub("%x+", function(h) return tonumber(h, 16) end)
--- control-class
return ("a\tb\127c"):gsub("%c", "?")
--- punctuation-class
return ("a!b_c-d"):gsub("%p", "")
--- space-class
return ("a b\tc\nd\ve\ff\rg"):gsub("%s", "_")
--- multiple-results-order
return ("k1=v1"):gsub("(%w+)=(%w+)", "%2=%1=%0")
--- sql-tokens
local t = {} for w in ("SELECT `a`.b, 'it''s' FROM t WHERE x>=10"):gmatch("%S+") do t[#t + 1] = w end return t
--- sql-comment
return ("SELECT /* c */ 1 -- x"):gsub("/%*.-%*/", ""), ("select 1"):match("^%s*(%a+)")
--- url-decode
return ("a%20b%41"):gsub("%%(%x%x)", function(h) return string.char(tonumber(h, 16)) end)
--- dollar-in-middle
return ("a$"):find("$", 1, true), ("a$b"):find("$b"), ("ab"):find("a$b")
--- dash-in-class-after-range
return ("-"):match("[a-c-z]"), ("z"):match("[a-c-z]"), ("d"):match("[a-c-z]")
--- capture-at-anchor
return ("abc"):match("^(a)"), ("abc"):gsub("^(a)(b)", "%2%1")
--- find-with-init-beyond-anchor
return ("aXb"):find("^X", 2), ("aXb"):find("^a", 2)
--- zero-length-at-end
return ("abc"):find("x*", 4), ("abc"):find("x*", 5), ("abc"):gsub("x*$", "!")
