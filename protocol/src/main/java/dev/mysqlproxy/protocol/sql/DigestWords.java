package dev.mysqlproxy.protocol.sql;

import java.nio.charset.StandardCharsets;

/**
 * Words that {@link Digest} writes in capitals, and what it must know of some of them: the reserved words of MySQL 9 and
 * MariaDB 12, others that begin or shape statements and are seldom names of columns, and names of functions.
 *
 * <p>An open hash table over words in three numbers of eight bytes: looking one up allocates nothing and compares no
 * single letters.
 */
final class DigestWords {

    /** Written in capitals. */
    static final int KEYWORD = 1 << 16;
    /** A parenthesis behind it stands close, as behind a function's name. */
    static final int TIGHT = 1 << 17;
    /** Written in capitals when a parenthesis follows. */
    static final int FUNCTION = 1 << 18;
    /** IN: a list follows. */
    static final int IN = 1 << 19;
    /** VALUES, VALUE: rows follow. */
    static final int VALUES = 1 << 20;
    /** NULL, TRUE, FALSE. */
    static final int CONSTANT = 1 << 21;
    /** DEFAULT. */
    static final int DEFAULT = 1 << 22;
    /** Optimizer hints may follow. */
    static final int HINTED = 1 << 23;
    /** Behind a parenthesis: a query, not a list. */
    static final int QUERY = 1 << 24;
    /** A constant behind it is a value. */
    static final int BEFORE_VALUE = 1 << 25;
    /** A string behind it is a temporal literal. */
    static final int TEMPORAL = 1 << 26;
    /** ROW. */
    static final int ROW = 1 << 27;
    /** Stands for a value: a sign behind it is an operator. */
    static final int OPERAND = 1 << 28;

    private static final String RESERVED = """
            ACCESSIBLE ADD ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB BOTH BY CALL
            CASCADE CASE CHANGE CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE CREATE CROSS CUBE CURSOR
            DATABASES DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DECLARE DELAYED DESC DESCRIBE DETERMINISTIC
            DISTINCT DISTINCTROW DIV DROP DUAL EACH ELSEIF EMPTY ENCLOSED ESCAPED EXCEPT EXISTS EXIT EXPLAIN FETCH FOR
            FORCE FOREIGN FROM FULLTEXT FUNCTION GENERATED GET GRANT GROUP GROUPS HAVING HIGH_PRIORITY
            HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IGNORE INDEX INFILE INNER INOUT INSENSITIVE INTERSECT INTERVAL
            INTO IS ITERATE JOIN JSON_TABLE KEY KEYS KILL LATERAL LEADING LEAVE LIBRARY LIKE LIMIT LINEAR LINES LOAD
            LOCK LONG LONGBLOB LONGTEXT LOOP LOW_PRIORITY MANUAL MATCH MAXVALUE MEDIUMBLOB MEDIUMINT MEDIUMTEXT
            MINUTE_MICROSECOND MINUTE_SECOND MODIFIES NATURAL NOT NO_WRITE_TO_BINLOG OF ON OPTIMIZE OPTIMIZER_COSTS
            OPTION OPTIONALLY OR ORDER OUT OUTER OUTFILE OVER PARALLEL PARTITION PRECISION PRIMARY PROCEDURE PURGE
            QUALIFY RANGE READ READS READ_WRITE RECURSIVE REFERENCES REGEXP RELEASE RENAME REQUIRE RESIGNAL RESTRICT
            RETURN REVOKE RLIKE ROWS SCHEMAS SECOND_MICROSECOND SENSITIVE SEPARATOR SET SHOW SIGNAL SPATIAL SPECIFIC
            SQL SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SSL STARTING
            STORED STRAIGHT_JOIN SYSTEM TABLESAMPLE TERMINATED TINYBLOB TINYTEXT TO TRAILING TRIGGER UNDO UNION UNIQUE
            UNLOCK UNSIGNED USAGE USE USING VARYING VIRTUAL WHEN WHERE WHILE WINDOW WRITE XOR YEAR_MONTH ZEROFILL
            DELETE_DOMAIN_ID DO_DOMAIN_IDS IGNORE_DOMAIN_IDS PAGE_CHECKSUM PARSE_VCOL_EXPR RETURNING STATS_AUTO_RECALC
            STATS_PERSISTENT STATS_SAMPLE_PAGES
            """;

    private static final String OTHERS = """
            ANY BEGIN CHAIN COMMIT COMMITTED CONSISTENT DEALLOCATE DUPLICATE EXECUTE EXTENDED FLUSH FOLLOWING FULL
            GLOBAL HANDLER HELP IDENTIFIED INSTALL ISOLATION LOCAL LOCKED NAMES NOWAIT OFFSET ONLY PRECEDING PREPARE
            PRIVILEGES REPEATABLE ROLLBACK ROLLUP SAVEPOINT SERIALIZABLE SESSION SHARE SKIP SNAPSHOT SOME START TABLES
            TEMPORARY TRANSACTION TRUNCATE UNBOUNDED UNCOMMITTED UNINSTALL VARIABLES VIEW WARNINGS WORK XA
            """;

    /** Reserved words that are names of functions or types, too. */
    private static final String CLOSE = """
            CHAR CONVERT DATABASE DEC DECIMAL DOUBLE FLOAT FLOAT4 FLOAT8 IF INT INT1 INT2 INT3 INT4 INT8 INTEGER LEFT
            MIDDLEINT MOD NUMERIC REAL REPEAT RIGHT SCHEMA SMALLINT TINYINT VARBINARY VARCHAR VARCHARACTER CUME_DIST
            DENSE_RANK FIRST_VALUE GROUPING LAG LAST_VALUE LEAD NTH_VALUE NTILE PERCENT_RANK RANK ROW_NUMBER
            """;

    private static final String VALUES_BY_NAME = """
            CURRENT_DATE CURRENT_ROLE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER LOCALTIME LOCALTIMESTAMP UTC_DATE
            UTC_TIME UTC_TIMESTAMP
            """;

    private static final String FUNCTIONS = """
            ABS ACOS ADDDATE ADDTIME AES_DECRYPT AES_ENCRYPT ANY_VALUE ASCII ASIN ATAN ATAN2 AVG BENCHMARK BIN
            BIN_TO_UUID BIT_AND BIT_COUNT BIT_LENGTH BIT_OR BIT_XOR CAST CEIL CEILING CHARACTER_LENGTH CHARSET
            CHAR_LENGTH COALESCE COERCIBILITY COMPRESS CONCAT CONCAT_WS CONNECTION_ID CONV CONVERT_TZ COS COT COUNT
            CRC32 CURDATE CURTIME DATEDIFF DATE_ADD DATE_FORMAT DATE_SUB DAY DAYNAME DAYOFMONTH DAYOFWEEK DAYOFYEAR
            DEGREES DISTANCE ELT EXP EXPORT_SET EXTRACT EXTRACTVALUE FIELD FIND_IN_SET FLOOR FORMAT FORMAT_BYTES
            FOUND_ROWS FROM_BASE64 FROM_DAYS FROM_UNIXTIME GET_FORMAT GET_LOCK GREATEST GROUP_CONCAT HEX HOUR IFNULL
            INET6_ATON INET6_NTOA INET_ATON INET_NTOA INSTR ISNULL IS_FREE_LOCK IS_USED_LOCK IS_UUID JSON_ARRAY
            JSON_ARRAYAGG JSON_ARRAY_APPEND JSON_CONTAINS JSON_CONTAINS_PATH JSON_DEPTH JSON_EXTRACT JSON_INSERT
            JSON_KEYS JSON_LENGTH JSON_MERGE_PATCH JSON_MERGE_PRESERVE JSON_OBJECT JSON_OBJECTAGG JSON_OVERLAPS
            JSON_PRETTY JSON_QUOTE JSON_REMOVE JSON_REPLACE JSON_SEARCH JSON_SET JSON_TYPE JSON_UNQUOTE JSON_VALID
            JSON_VALUE LAST_DAY LAST_INSERT_ID LCASE LEAST LENGTH LN LOAD_FILE LOCATE LOG LOG10 LOG2 LOWER LPAD LTRIM
            MAKEDATE MAKETIME MASTER_POS_WAIT MAX MD5 MEDIAN MICROSECOND MID MIN MINUTE MONTH MONTHNAME NEXTVAL NOW
            NULLIF NVL OCT OCTET_LENGTH ORD PERIOD_ADD PERIOD_DIFF PI POSITION POW POWER QUARTER QUOTE RADIANS RAND
            RANDOM_BYTES REGEXP_INSTR REGEXP_LIKE REGEXP_REPLACE REGEXP_SUBSTR RELEASE_ALL_LOCKS RELEASE_LOCK REVERSE
            ROUND ROW_COUNT RPAD RTRIM SECOND SEC_TO_TIME SHA SHA1 SHA2 SIGN SIN SLEEP SOUNDEX SPACE SQRT STD STDDEV
            STDDEV_POP STDDEV_SAMP STRCMP STRING_TO_VECTOR STR_TO_DATE SUBDATE SUBSTR SUBSTRING SUBSTRING_INDEX
            SUBTIME SUM SYSDATE SYSTEM_USER SESSION_USER TAN TIMEDIFF TIMESTAMPADD TIMESTAMPDIFF TIME_FORMAT
            TIME_TO_SEC TO_BASE64 TO_DAYS TO_SECONDS TRIM UCASE UNCOMPRESS UNHEX UNIX_TIMESTAMP UPDATEXML UPPER USER
            UUID UUID_SHORT UUID_TO_BIN VARIANCE VAR_POP VAR_SAMP VEC_DISTANCE VEC_FROMTEXT VERSION WEEK WEEKDAY
            WEEKOFYEAR WEIGHT_STRING YEAR YEARWEEK
            """;

    private static final int SLOT_BITS = 11;
    private static final int SLOTS = 1 << SLOT_BITS;
    private static final int LONGEST = 3 * EightBytes.COUNT;
    /** Letters of both cases become one; of what may be in a name, nothing else does. */
    private static final long CASE = EightBytes.all(0xdf);

    private static final long[] FIRST = new long[SLOTS];
    private static final long[] SECOND = new long[SLOTS];
    private static final long[] THIRD = new long[SLOTS];
    private static final int[] FLAGS = new int[SLOTS];

    static {
        add(KEYWORD, RESERVED);
        add(KEYWORD, OTHERS);
        add(KEYWORD | TIGHT, CLOSE);
        add(KEYWORD | TIGHT | OPERAND, VALUES_BY_NAME);
        add(KEYWORD | OPERAND, "END");
        add(KEYWORD | IN, "IN");
        add(KEYWORD | VALUES | QUERY, "VALUES");
        add(VALUES | FUNCTION, "VALUE");
        add(KEYWORD | CONSTANT | OPERAND, "NULL TRUE FALSE");
        add(KEYWORD | DEFAULT, "DEFAULT");
        add(KEYWORD | HINTED | QUERY | BEFORE_VALUE, "SELECT");
        add(KEYWORD | HINTED | TIGHT, "INSERT REPLACE");
        add(KEYWORD | HINTED, "UPDATE DELETE");
        add(KEYWORD | QUERY, "WITH TABLE");
        add(KEYWORD | BEFORE_VALUE, "THEN ELSE");
        add(KEYWORD | ROW | TIGHT, "ROW");
        add(TEMPORAL | FUNCTION, "DATE TIME TIMESTAMP");
        add(FUNCTION, FUNCTIONS);
    }

    private DigestWords() {}

    /** What is known of the word of a name's bytes from one index to another, in any case; 0 for nothing. */
    static int of(byte[] source, int from, int to) {
        int length = to - from;
        return length < 2 || length > LONGEST ? 0 : FLAGS[slot(source, from, to)];
    }

    private static void add(int flags, String words) {
        for (String word : words.trim().split("\\s+")) {
            byte[] bytes = word.getBytes(StandardCharsets.US_ASCII);
            int slot = slot(bytes, 0, bytes.length);
            FIRST[slot] = eight(bytes, 0, bytes.length);
            SECOND[slot] = eight(bytes, EightBytes.COUNT, bytes.length);
            THIRD[slot] = eight(bytes, 2 * EightBytes.COUNT, bytes.length);
            FLAGS[slot] = flags;
        }
    }

    /** Where the word is, or the empty slot where it would be. */
    private static int slot(byte[] source, int from, int to) {
        long first = eight(source, from, to);
        if (to - from > EightBytes.COUNT) {
            return slot(
                    first, eight(source, from + EightBytes.COUNT, to), eight(source, from + 2 * EightBytes.COUNT, to));
        }
        int slot = hash(first);
        while (FIRST[slot] != 0 && (FIRST[slot] != first || SECOND[slot] != 0)) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    private static int slot(long first, long second, long third) {
        int slot = hash(first + 31 * second + 37 * third);
        while (FIRST[slot] != 0 && (FIRST[slot] != first || SECOND[slot] != second || THIRD[slot] != third)) {
            slot = slot + 1 & SLOTS - 1;
        }
        return slot;
    }

    private static int hash(long word) {
        return (int) (word * 0x9e3779b97f4a7c15L >>> Long.SIZE - SLOT_BITS);
    }

    /** The bytes of a word from an index on, eight at most; zeros where there are fewer. */
    private static long eight(byte[] source, int from, int to) {
        if (from + EightBytes.COUNT > source.length || from >= to) {
            return fewer(source, from, to);
        }
        int behind = from + EightBytes.COUNT - to;
        long mask = behind <= 0 ? CASE : CASE >>> behind * Byte.SIZE;
        return EightBytes.get(source, from) & mask;
    }

    private static long fewer(byte[] source, int from, int to) {
        long eight = 0;
        for (int at = to - 1; at >= from; at--) {
            eight = eight << Byte.SIZE | source[at] & 0xff;
        }
        return eight & CASE;
    }
}
