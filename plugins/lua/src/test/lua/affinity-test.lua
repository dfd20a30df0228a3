local test = require("proxy.test")
local harness = require("harness")

TestAffinity = test.BaseTest:new()

function TestAffinity:setUp()
    harness.start()
    self.affinity = require("proxy.affinity")
end

function TestAffinity:check(expected, statements)
    for _, sql in ipairs(statements) do
        for _ = 1, 2 do -- the second time from the cache
            local found = {}
            for key, value in pairs(self.affinity.classify(sql)) do
                found[#found + 1] = value == true and key or key .. "=" .. tostring(value)
            end
            table.sort(found)
            assertEquals(table.concat(found, ","), expected, sql)
        end
    end
end

function TestAffinity:testReads()
    self:check("read", {
        "SELECT 1", "select * from t where id=3;", "(SELECT 1)", "select(1)", "/* x */ SELECT 1", "-- x\nSELECT 1",
        "#x\nselect 1", "select 'a;b'", "SELECT * FROM forms WHERE x='#a'", "with x as (select 1) select * from x",
        "SELECT /*! STRAIGHT_JOIN */ 1", "select @@port", "SELECT t.into_col FROM t USE INDEX FOR JOIN (a)",
    })
end

function TestAffinity:testWrites()
    self:check("", {
        "", "/* x */", "SHOW TABLES", "INSERT INTO t VALUES (1)", "BEGIN;", "SELECT * FROM t FOR UPDATE",
        "select * from t for share", "select * from t lock in share mode", "/*! SELECT 1 */", "SELECT 1; SELECT 2",
        "with x as (select 1) update t set a=1", "select db.f(1)", "select nextval(s)", "select next value for s",
        "select release_lock('a')", "SET GLOBAL x=1", "SET autocommit=0", "select a # it's\n for update",
        "CREATE PROCEDURE p() BEGIN SET @a=1; END", "SELECT " .. string.rep("1+", 40000) .. "1",
        "SELECT a FROM t INTO OUTFILE '/tmp/x'",
    })
end

function TestAffinity:testStays()
    self:check("insert_id,read,stay", {
        "SELECT LAST_INSERT_ID()", "select LAST_INSERT_ID ()", "select @@identity", "select @@session.last_insert_id",
        "select @@LAST_INSERT_ID",
    })
    self:check("read,stay", { "SELECT FOUND_ROWS()", "select row_count()", "select @a", "select @@warning_count" })
    self:check("stay", { "SHOW WARNINGS", "show errors", "show count(*) warnings", "GET DIAGNOSTICS x = NUMBER" })
    self:check("keep,read", { "SELECT SQL_CALC_FOUND_ROWS * FROM t" })
    self:check("keep", { "SET TRANSACTION READ ONLY" })
    self:check("insert_id", { "INSERT INTO t VALUES (LAST_INSERT_ID())" })
end

function TestAffinity:testPins()
    self:check("pin=user variables", {
        "SET @a=1", "select @a:=1", "select 1 into @a", "call p(@a)", "SET x=@a", "/*!40101 SET @A=@@B */",
    })
    self:check("pin=locks", { "SELECT get_lock('a',1)", "DO GET_LOCK('a',1)" })
    self:check("pin=temporary tables", { "CREATE TEMPORARY TABLE t(a int)", "create or replace temporary table t(a int)" })
    self:check("pin=table locks", { "LOCK TABLES t READ", "FLUSH TABLES WITH READ LOCK" })
    self:check("unpin=table locks", { "UNLOCK TABLES" })
    self:check("pin=session variables", { "SET timestamp=5", "SET insert_id=5", "SET GLOBAL a=1, b=2" })
    self:check("pin=several statements", { "SELECT 1; SET @a=1", "use x; select 1" })
    self:check("prepare=a", { "PREPARE a FROM 'x'" })
    self:check("deallocate=a", { "DEALLOCATE PREPARE A", "DROP PREPARE a" })
end

function TestAffinity:testSettings()
    self:check("set", {
        "SET NAMES utf8", "set sql_mode='x'", "SET autocommit=1", "SET SESSION TRANSACTION READ ONLY",
        "/*!40101 SET NAMES utf8 */", "SET autocommit=1, sql_mode='x'",
    })
    self:check("use=a b", { "USE `a b`;" })
end
