--- library
local names = {} for k in pairs(table) do names[#names + 1] = k end table.sort(names) return table.concat(names, " ")
--- concat
return table.concat({1, 2, 3}), table.concat({1, 2, 3}, ", "), table.concat({}, "x"), table.concat({"a"}, "x")
--- concat-range
return table.concat({1, 2, 3, 4}, "-", 2, 3), table.concat({1, 2, 3}, "-", 3, 2), table.concat({1, 2, 3}, "-", 2)
--- concat-numbers
return table.concat({1.5, 1e15, -0, 2 ^ 53}, " ")
--- concat-nil-element
table.concat({1, nil, 3}, ",", 1, 3)
--- concat-bad-element
return pcall(table.concat, {1, {}, 3}), pcall(table.concat, {true})
--- concat-bad-arguments
return pcall(table.concat), pcall(table.concat, {}, {}), pcall(table.concat, {}, "", "x")
--- concat-metamethods-ignored
return pcall(table.concat, {setmetatable({}, {__tostring = function() return "x" end})})
--- insert
local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) table.insert(t, 3, "m") return t
--- insert-at-end
local t = {1, 2} table.insert(t, 3, 3) return t
--- insert-beyond
local t = {1} table.insert(t, 5, "far") return t
--- insert-zero
local t = {1, 2} table.insert(t, 0, "zero") return t
--- insert-negative
local t = {1, 2} table.insert(t, -1, "neg") return t
--- insert-wrong-count
return pcall(table.insert, {}), pcall(table.insert, {}, 1, 2, 3)
--- insert-bad
return pcall(table.insert, nil, 1), pcall(table.insert, {}, "x", 1)
--- insert-nil-value
local t = {1, 2} table.insert(t, nil) return #t
--- insert-no-results
return select("#", table.insert({}, 1))
--- remove
local t = {1, 2, 3} return table.remove(t), table.remove(t, 1), t
--- remove-empty
return table.remove({}), select("#", table.remove({})), select("#", table.remove({}, 1))
--- remove-beyond
local t = {1, 2} return table.remove(t, 5), t
--- remove-zero
local t = {[0] = "z", 1, 2} return table.remove(t, 0), t
--- remove-n-plus-one
local t = {1, 2} t[3] = nil return table.remove(t, 3), t
--- remove-middle
local t = {"a", "b", "c", "d"} return table.remove(t, 2), t
--- remove-bad
return pcall(table.remove), pcall(table.remove, {}, {})
--- sort
local t = {5, 2, 8, 1, 9, 3} table.sort(t) return t
--- sort-comparator
local t = {5, 2, 8, 1} table.sort(t, function(a, b) return a > b end) return t
--- sort-strings
local t = {"b", "a", "C", "\228", "_", "10", "9"} table.sort(t) return t
--- sort-strings-bytes
local t = {"\255", "\127", "\128", "a", ""} table.sort(t) return t
--- sort-mixed
table.sort({1, "x"})
--- sort-mixed-many
table.sort({3, 1, "x", 2})
--- sort-nil-comparator
local t = {2, 1} table.sort(t, nil) return t
--- sort-not-comparable
table.sort({{}, {}})
--- sort-invalid-order-function
local t = {} for i = 1, 50 do t[i] = i % 7 end return pcall(table.sort, t, function() return true end)
--- sort-invalid-order-small
return pcall(table.sort, {1, 2, 3}, function() return true end)
--- sort-comparator-error
table.sort({1, 2, 3}, function(a, b) error("cmp") end)
--- sort-comparator-error-table
return pcall(table.sort, {1, 2, 3}, function(a, b) error({}) end)
--- sort-bad
return pcall(table.sort), pcall(table.sort, {}, "x")
--- sort-bad-comparator-two
return pcall(table.sort, {2, 1}, true)
--- sort-with-lt
local mt = {__lt = function(a, b) return a.v < b.v end} local t = {} for _, v in ipairs{3, 1, 2} do t[#t + 1] = setmetatable({v = v}, mt) end
table.sort(t) return t[1].v, t[2].v, t[3].v
--- sort-large
local t, x = {}, 1 for i = 1, 1000 do x = (x * 16807) % 2147483647 t[i] = x end table.sort(t)
for i = 2, 1000 do if t[i] < t[i - 1] then return "unsorted" end end return "sorted", t[1], t[1000]
--- sort-sorted-and-reversed
local a, b = {}, {} for i = 1, 200 do a[i] = i b[i] = 201 - i end table.sort(a) table.sort(b) return a[100], b[1], b[200]
--- sort-equal-elements
local t = {} for i = 1, 100 do t[i] = 5 end table.sort(t) return t[1], t[100]
--- sort-order-of-equals
local t = {} for i = 1, 12 do t[i] = {k = i % 3, i = i} end table.sort(t, function(a, b) return a.k < b.k end)
local s = "" for i = 1, 12 do s = s .. t[i].i .. " " end return s
--- sort-comparator-calls
local n = 0 local t = {3, 1, 2, 5, 4} table.sort(t, function(a, b) n = n + 1 return a < b end) return n
--- sort-with-holes
return pcall(table.sort, {3, nil, 1})
--- maxn
return table.maxn({1, 2, 3}), table.maxn({[10] = 1, [2.5] = 2}), table.maxn({}), table.maxn({x = 1}), table.maxn({[-5] = 1})
--- maxn-fraction
return table.maxn({[1.5] = 1, [1e10] = 2})
--- maxn-bad
return pcall(table.maxn)
--- getn
return table.getn({1, 2, 3}), table.getn({}), table.getn({n = 10}), pcall(table.getn)
--- setn
return pcall(table.setn, {}, 1)
--- foreach
local t = {} table.foreach({a = 1}, function(k, v) t[#t + 1] = k .. v end) return t
--- foreach-stops
return table.foreach({1, 2, 3}, function(k, v) if v == 2 then return "found " .. k end end)
--- foreach-bad
return pcall(table.foreach, {}), pcall(table.foreach, nil, print)
--- foreachi
local s = "" local r = table.foreachi({"a", "b", "c"}, function(i, v) s = s .. i .. v if i == 2 then return "stop" end end) return s, r
--- foreachi-false
return table.foreachi({1, 2}, function() return false end)
--- length-after-insert-remove
local t = {} for i = 1, 100 do table.insert(t, i) end for i = 1, 60 do table.remove(t) end return #t, t[40], t[41]
--- queue-idiom
local t = {} for i = 1, 10 do table.insert(t, 1, i) end local s = "" while #t > 0 do s = s .. table.remove(t) end return s
--- n-field-is-plain
local t = {n = 5} table.insert(t, "x") return t.n, #t
--- insert-ignores-metamethods
local called local t = setmetatable({}, {__newindex = function() called = true end}) table.insert(t, 1) return called, rawget(t, 1)
--- large-array
local t = {} for i = 1, 100000 do t[i] = i end local s = 0 for i = 1, #t do s = s + t[i] end return s
--- sparse-then-dense
local t = {} for i = 1000, 1, -1 do t[i] = i end return #t, t[1], t[1000]
--- float-keys
local t = {} t[1.5] = "a" t[2 ^ 60] = "b" t[-0] = "zero" return t[1.5], t[2 ^ 60], t[0]
--- boolean-and-table-keys
local k = {} local t = {[true] = 1, [k] = 2, [print] = 3} return t[true], t[k], t[print], t[false]
--- next-order-is-stable
local t = {} for i = 1, 50 do t["x" .. i] = i end local a, b = {}, {} for k in pairs(t) do a[#a + 1] = k end for k in pairs(t) do b[#b + 1] = k end
return table.concat(a) == table.concat(b)
--- concat-bad-separator-first
return pcall(table.concat, 5, {})
