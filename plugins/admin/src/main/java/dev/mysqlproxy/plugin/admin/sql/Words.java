package dev.mysqlproxy.plugin.admin.sql;

import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What a SELECT may be made of. */
final class Words {

    /** Functions that may be called: none of them knows files, classes, the network or the engine's own state. */
    static final Set<String> FUNCTIONS = Set.of(
            words("ABS ACOS ANY_VALUE ASCII ASIN ATAN ATAN2 AVG BIT_AND BIT_LENGTH BIT_OR BIT_XOR CASEWHEN CAST CEIL"
                    + " CEILING CHAR_LENGTH CHARACTER_LENGTH COALESCE CONCAT CONCAT_WS CONVERT COS COT COUNT CUME_DIST"
                    + " CONVERT_TZ CURDATE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURTIME DATE DATEDIFF DATE_ADD"
                    + " DATE_FORMAT DATE_SUB DATE_TRUNC DAY DAYNAME"
                    + " DAYOFMONTH DAYOFWEEK DAYOFYEAR DEGREES DENSE_RANK EXP EXTRACT FIRST_VALUE FLOOR"
                    + " FORMAT FROM_UNIXTIME GREATEST GROUP_CONCAT HOUR IF IFNULL INSERT INSTR LAG LAST_DAY LAST_VALUE LCASE LEAD LEAST"
                    + " LEFT LENGTH LN LOCALTIME LOCALTIMESTAMP LOCATE LOG LOG10 LOG2 LOWER LPAD LTRIM MAX MEDIAN"
                    + " MIN MINUTE MOD MONTH MONTHNAME NOW NTH_VALUE NTILE NULLIF OCTET_LENGTH PERCENT_RANK PI"
                    + " POSITION POW POWER QUARTER RADIANS RAND RANK REGEXP_LIKE REGEXP_REPLACE REGEXP_SUBSTR REPEAT"
                    + " REPLACE RIGHT ROUND ROW_NUMBER RPAD RTRIM SECOND SEC_TO_TIME SIGN SIN SOUNDEX SPACE SQRT STD STDDEV STDDEV_POP"
                    + " STDDEV_SAMP SUBSTR SUBSTRING SUBSTRING_INDEX SUM TAN TIMEDIFF TIMESTAMPADD TIMESTAMPDIFF"
                    + " TIME_TO_SEC TO_DAYS TRIM TRUNCATE UCASE"
                    + " UNIX_TIMESTAMP UPPER UTC_DATE UTC_TIME UTC_TIMESTAMP VARIANCE VAR_POP VAR_SAMP WEEK WEEKDAY"
                    + " YEAR"));

    /** Words that stand before a bracket and call nothing. */
    static final Set<String> BEFORE_BRACKET = Set.of(words(
            "ALL AND ANY AS BETWEEN BY CASE CROSS DISTINCT ELSE EXCEPT EXISTS FILTER FROM GROUP HAVING IN INTERSECT"
                    + " IS JOIN LIKE LIMIT NOT OFFSET ON OR OVER REGEXP RLIKE SELECT SOME THEN UNION USING WHEN WHERE WITH"
                    + " XOR"));

    /** Words that are the statement's bones: never a column, whatever columns there are. */
    static final Set<String> STRUCTURE = Set.of(words(
            "ALL AND ANY AS ASC BETWEEN BY CASE CROSS DESC DISTINCT ELSE END EXCEPT EXISTS FALSE FROM FULL GROUP HAVING IN"
                    + " INNER INTERSECT INTERVAL IS JOIN LEFT LIKE LIMIT NATURAL NOT NULL OFFSET ON OR ORDER OUTER OVER"
                    + " PARTITION REGEXP RIGHT RLIKE SELECT SOME THEN TRUE UNION USING WHEN WHERE WITH XOR"));

    /** Words behind which no alias stands. */
    static final Set<String> OPERATORS = Set.of(words(
            "ALL AND ANY BETWEEN BY CASE DISTINCT ELSE ESCAPE EXISTS IN INTERVAL IS LIKE MOD NOT OR REGEXP RLIKE SELECT SOME"
                    + " THEN WHEN XOR"));

    /** Words that end a list of what is selected. */
    static final Set<String> AFTER_LIST = Set.of(words("EXCEPT FROM GROUP HAVING INTERSECT LIMIT ORDER UNION WHERE"));

    /** What servers take as a hint, and what has no meaning here. */
    static final Set<String> IGNORED =
            Set.of(words("HIGH_PRIORITY SQL_BIG_RESULT SQL_BUFFER_RESULT SQL_CACHE SQL_CALC_FOUND_ROWS SQL_NO_CACHE"
                    + " SQL_SMALL_RESULT STRAIGHT_JOIN"));

    /** Words of other statements, and of what a SELECT cannot do here. */
    static final Set<String> REFUSED = Set.of(words("ALTER CALL CREATE DELETE DIV DROP EXECUTE GRANT INTO MERGE PREPARE"
            + " REVOKE RUNSCRIPT SCRIPT TABLE TRUNCATE UPDATE"));

    /** Types of CAST and CONVERT, and what the engine calls them. */
    static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("BINARY", "VARCHAR"),
            Map.entry("CHAR", "VARCHAR"),
            Map.entry("NCHAR", "VARCHAR"),
            Map.entry("VARCHAR", "VARCHAR"),
            Map.entry("SIGNED", "BIGINT"),
            Map.entry("UNSIGNED", "BIGINT"),
            Map.entry("DATE", "DATE"),
            Map.entry("DATETIME", "TIMESTAMP"),
            Map.entry("TIME", "TIME"),
            Map.entry("DECIMAL", "DECIMAL"),
            Map.entry("DOUBLE", "DOUBLE"),
            Map.entry("FLOAT", "DOUBLE"),
            Map.entry("REAL", "DOUBLE"));

    /** Functions that the engine knows by another name. */
    static final Map<String, String> RENAMED = Map.of(
            "CONVERT",
            "CAST",
            "DATEDIFF",
            "MYSQL_DATEDIFF",
            "IF",
            "CASEWHEN",
            "STD",
            "STDDEV_POP",
            "STDDEV",
            "STDDEV_POP",
            "VARIANCE",
            "VAR_POP",
            "POW",
            "POWER");

    private Words() {}

    private static String[] words(String all) {
        return all.split(" ");
    }

    static String upper(Token token) {
        return token.text().toUpperCase(Locale.ROOT);
    }
}
