local test = require("proxy.test")
local harness = require("harness")
local parser = require("proxy.parser")
local tokenizer = require("proxy.tokenizer")

TestParser = test.BaseTest:new()

function TestParser:setUp()
    harness.start()
    harness.state.client.default_db = "d"
end

local function check(sql, expected)
    local found
    local printed = harness.printed(function()
        found = parser.get_tables(tokenizer.tokenize(sql))
    end)
    local names = {}
    for name, access in pairs(found) do
        names[#names + 1] = name .. "=" .. access:sub(1, 1)
    end
    table.sort(names)
    assertEquals(table.concat(names, " "), expected, sql)
    assertEquals(printed, "", sql)
end

function TestParser:testSelect()
    check("select * from t1", "d.t1=r")
    check("select * from x.t1", "x.t1=r")
    check("select * from t1 as q, t2 b, c.t3", "c.t3=r d.t1=r d.t2=r")
    check("select * from t1 join t2 on t1.a=t2.b left join t3 using(id) where x=1", "d.t1=r d.t2=r d.t3=r")
    check("select * from (select a from t1) x, (t2 inner join t3) where 1", "d.t1=r d.t2=r d.t3=r")
    check("select a from t1 where id in (select a from t3)", "d.t1=r d.t3=r")
    check("select 1 from a union select 2 from b order by c, d", "d.a=r d.b=r")
    check("(select 1 from a) union (select 2 from b)", "d.a=r d.b=r")
    check("select(a)from(t1)", "d.t1=r")
    check("select extract(year from a), trim(both 'x' from b) from t1 for update", "d.t1=r")
    check("select * from t1 use index for join (a), t2 limit 1, 2", "d.t1=r d.t2=r")
    check("with c as (select 1 from t1) select * from c, t2", "d.t1=r d.t2=r")
    check("/*! select */ * from `t 1`", "d.t 1=r")
    check("select 1 from dual", "")
    check("select a from t1 into @x, @y", "d.t1=r")
    check("explain select * from t1", "d.t1=r")
end

function TestParser:testChanges()
    check("insert into t1 values(1)", "d.t1=w")
    check("insert into x.t1(a) values (1)", "x.t1=w")
    check("insert ignore t1(a) select b from t2 on duplicate key update a=1, b=2", "d.t1=w d.t2=r")
    check("replace delayed into t1 set a=1", "d.t1=w")
    check("delete t1 from t1, t2", "d.t1=w d.t2=w")
    check("delete from t1 where a in (select b from t2)", "d.t1=w d.t2=r")
    check("delete from a using t1 as a join t2 using (id)", "d.t1=w d.t2=w")
    check("update x.t1 as q set a=1, b=2 where c=(select 1 from t2)", "d.t2=r x.t1=w")
    check("update t1, t2 set t1.a=t2.b", "d.t1=w d.t2=w")
    check("truncate table t1", "d.t1=w")
    check("explain delete from t1", "d.t1=r")
end

function TestParser:testDefinitions()
    for _ = 1, 2 do
        check("create table if not exists t1(a int)", "d.t1=w")
        check("create temporary table x.t1 like t2", "d.t2=r x.t1=w")
        check("drop table if exists a, b", "d.a=w d.b=w")
        check("alter table t1 add a int, add b int", "d.t1=w")
        check("rename table a to b, c to d", "d.a=w d.b=w d.c=w d.d=w")
        check("create table t1 as select * from t2", "d.t1=w d.t2=r")
    end
    check("create index i on t1(a)", "")
    check("show tables from x", "")
    check("", "")
end

function TestParser:testExpand()
    assertEquals(parser.tablename_expand("t"), "d.t")
    assertEquals(parser.tablename_expand("t", "x"), "x.t")
    harness.state.client.default_db = ""
    assertEquals(parser.tablename_expand("t"), "t")
    harness.state.client.default_db = nil
    assertEquals(parser.tablename_expand("t"), "t")
end
