--- library
local names = {} for k in pairs(math) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
--- constants
return math.pi, math.huge, -math.huge
--- abs
return math.abs(-5), math.abs(5.5), math.abs("-3"), math.abs(-math.huge)
--- floor-ceil
return math.floor(3.7), math.floor(-3.7), math.ceil(3.2), math.ceil(-3.2), math.floor("2.5"), math.floor(2 ^ 60 + 0.5), math.ceil(1e300)
--- floor-infinity
return math.floor(math.huge), math.ceil(-math.huge)
--- sqrt-pow-exp-log
return math.sqrt(16), math.sqrt(2), math.pow(2, 10), math.pow(2, 0.5), math.exp(0), math.exp(1), math.log(1), math.log(10), math.log10(1000), math.log10(2)
--- log-second-argument-ignored
return math.log(8, 2)
--- log-of-zero
return math.log(0), math.log10(0), math.log(-1) ~= math.log(-1)
--- trigonometry
return math.sin(0), math.cos(0), math.tan(0), math.asin(1), math.acos(1), math.atan(1), math.atan2(1, -1), math.atan2(0, -1)
--- trigonometry-values
return math.sin(1), math.cos(1), math.tan(1), math.asin(0.5), math.acos(0.5), math.atan(0.5)
--- hyperbolic
return math.sinh(0), math.cosh(0), math.tanh(0), math.tanh(100)
--- deg-rad
return math.deg(math.pi), math.rad(180)
--- fmod
return math.fmod(7, 3), math.fmod(-7, 3), math.fmod(7, -3), math.fmod(5.5, 2), math.fmod(1, 0) ~= math.fmod(1, 0)
--- mod
return math.mod == math.fmod, math.mod(7, 3)
--- modf
return math.modf(3.7), math.modf(-3.7), math.modf(5), math.modf(math.huge)
--- modf-negative-infinity
return math.modf(-math.huge)
--- frexp-ldexp
return math.frexp(8), math.frexp(0.3), math.frexp(0), math.frexp(-5), math.ldexp(0.5, 4), math.ldexp(1, -2)
--- frexp-infinity
return (math.frexp(math.huge)), math.ldexp(1, 2000), math.ldexp(1, -2000)
--- max-min
return math.max(1, 5, 3), math.min(1, 5, 3), math.max(2), math.max("10", 9), math.min(-1, -0.5)
--- max-none
math.max()
--- min-none
math.min()
--- max-bad
math.max(1, {})
--- random-range
for i = 1, 200 do local r = math.random() if r < 0 or r >= 1 then return "out" end end return "in"
--- random-integer
for i = 1, 200 do local r = math.random(6) if r < 1 or r > 6 or r % 1 ~= 0 then return r end end return "in"
--- random-two
for i = 1, 200 do local r = math.random(-3, 3) if r < -3 or r > 3 or r % 1 ~= 0 then return r end end return "in"
--- random-empty
return pcall(math.random, 0), pcall(math.random, 2, 1)
--- random-arguments
return pcall(math.random, 1, 2, 3), pcall(math.random, "x")
--- random-one
return math.random(1), math.random(5, 5)
--- randomseed-repeats
math.randomseed(42) local a = math.random(1000000) math.randomseed(42) return a == math.random(1000000), select("#", math.randomseed(1))
--- randomseed-bad
return pcall(math.randomseed)
--- random-reaches-all
math.randomseed(7) local seen, n = {}, 0 for i = 1, 1000 do local r = math.random(4) if not seen[r] then seen[r] = true n = n + 1 end end return n
--- bad-argument
return pcall(math.sqrt), pcall(math.sqrt, nil), pcall(math.sqrt, {}), pcall(math.atan2, 1)
--- integer-limits
return 2 ^ 53, 2 ^ 53 + 1, 2 ^ 31, -2 ^ 31, 2147483647 + 1, 4294967295 + 1
--- integer-arithmetic
return 2147483647 * 2147483647, 1e15 + 1, 9007199254740991 + 1, 46341 * 46341, -2147483648 - 1
--- precision
return 0.1 + 0.2 == 0.3, 1e16 + 1 == 1e16, 3 * 1.1, 10 / 3, 2 / 3
--- modulo-large
return 2 ^ 53 % 3, 1e20 % 7, -1 % 2 ^ 31, 5 % 0.3
--- power
return 2 ^ -1, 0 ^ 0, (-8) ^ (1 / 3) ~= (-8) ^ (1 / 3), 10 ^ 2, 2 ^ 0.5, 4 ^ 0.5
--- comparisons-with-nan
local nan = 0 / 0 return nan == nan, nan < nan, nan > 1, nan ~= nan, nan <= nan
--- infinity-arithmetic
return math.huge + 1, math.huge - math.huge ~= 0, 1 / math.huge, math.huge * -1, -1 / math.huge
--- negative-zero
return 1 / -0, 1 / (0 * -1), -0 == 0, tostring(0 * -1)
--- negative-zero-constant
local z = -0 return 1 / z, 0 - 0, 1 / (0 - 0)
--- numeric-for-float-accumulation
local last for i = 0, 1, 0.25 do last = i end return last
--- numeric-for-large
local n = 0 for i = 2 ^ 53 - 2, 2 ^ 53 - 1 do n = n + 1 end return n
--- string-to-number-arithmetic
return "0x7fffffff" + 1, "1e3" + 0, " 5 " * 2, "-7" % 3
--- huge-exponents
return 1e308 * 10, 1e-308 / 1e10, 2 ^ 1023 * 2, 2 ^ -1074
--- number-keys-of-strings
local t = {} t[10] = "n" t["10"] = "s" return t[10], t["10"], t[5 + 5], t["1" .. "0"]
--- ldexp-bad
return pcall(math.ldexp), pcall(math.ldexp, {}, {})
