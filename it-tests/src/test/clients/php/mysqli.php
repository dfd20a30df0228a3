<?php
// The matrix's features with PHP's mysqli (mysqlnd) and PDO: one line "feature<TAB>result" for each thing seen.
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
ini_set('mysqli.allow_local_infile', '1');

if (($argv[1] ?? '') === '--version') {
    if (!extension_loaded('mysqli')) {
        exit(1);
    }
    echo 'PHP ', PHP_VERSION, ' mysqlnd', "\n";
    exit(0);
}

function env(string $name): string
{
    return (string) getenv('MATRIX_' . strtoupper($name));
}

function shown($value): string
{
    if ($value === null) {
        return 'NULL';
    }
    $text = (string) $value;
    if (strlen($text) > 200) {
        return strlen($text) . ' bytes ' . md5($text);
    }
    return gettype($value) . ':' . (preg_match('//u', $text) && !preg_match('/[\x00-\x1f]/', $text)
        ? $text : 'x' . bin2hex($text));
}

function say(string $feature, string $text): void
{
    echo $feature, "\t", $text, "\n";
}

function attempt(string $feature, callable $work)
{
    try {
        return $work();
    } catch (mysqli_sql_exception $e) {
        say($feature, 'error ' . $e->getCode() . ' ' . $e->getSqlState() . ' ' . $e->getMessage());
    } catch (PDOException $e) {
        say($feature, 'error ' . $e->getMessage());
    }
    return null;
}

function connect(array $more = []): mysqli
{
    $link = mysqli_init();
    $link->options(MYSQLI_OPT_CONNECT_TIMEOUT, 20);
    $link->options(MYSQLI_OPT_READ_TIMEOUT, 60);
    $link->options(MYSQLI_OPT_LOCAL_INFILE, $more['infile'] ?? 1);
    $flags = $more['flags'] ?? 0;
    if (env('tls') === '1') {
        $link->ssl_set(null, null, env('ca'), null, null);
        $flags |= MYSQLI_CLIENT_SSL;
    }
    if (env('compress') === 'zlib') {
        $flags |= MYSQLI_CLIENT_COMPRESS;
    }
    $database = array_key_exists('database', $more) ? $more['database'] : env('database');
    @$link->real_connect(env('host'), $more['user'] ?? env('user'), $more['password'] ?? env('password'), $database,
        (int) env('port'), null, $flags);
    if (!isset($more['plain'])) {
        $link->set_charset($more['charset'] ?? 'utf8mb4');
    }
    return $link;
}

function rows(string $feature, mysqli_result $result): void
{
    $columns = array_map(fn ($f) => "$f->name:$f->type:$f->flags:$f->length:$f->charsetnr", $result->fetch_fields());
    say($feature, 'columns ' . implode(' ', $columns));
    $all = $result->fetch_all(MYSQLI_NUM);
    if (count($all) > 20) {
        say($feature, count($all) . ' rows ' . md5(serialize($all)));
        return;
    }
    foreach ($all as $row) {
        say($feature, 'row ' . implode(' | ', array_map('shown', $row)));
    }
}

function query(mysqli $link, string $feature, string $sql): void
{
    attempt($feature, function () use ($link, $feature, $sql) {
        @$link->multi_query($sql);
        do {
            $result = $link->store_result();
            if ($result) {
                rows($feature, $result);
            } else {
                say($feature, "ok affected $link->affected_rows insert id $link->insert_id warnings "
                    . "$link->warning_count info " . shown($link->info));
            }
        } while ($link->more_results() && $link->next_result());
    });
}

function parameter(string $word)
{
    $text = substr($word, 2);
    return match ($word[0]) {
        'n' => null,
        'i' => (int) $text,
        'd' => (float) $text,
        'x' => hex2bin($text),
        default => $text,
    };
}

function execute(?mysqli_stmt $statement, string $feature, array $words): void
{
    if ($statement === null) {
        return;
    }
    attempt($feature, function () use ($statement, $feature, $words) {
        $values = array_map('parameter', $words);
        if ($values) {
            $types = implode('', array_map(fn ($w) => strtr($w[0], 'nx', 'ss'), $words));
            $statement->bind_param($types, ...$values);
        }
        $statement->execute();
        do {
            $result = $statement->get_result();
            if ($result) {
                rows($feature, $result);
            } else {
                say($feature, "ok affected $statement->affected_rows insert id $statement->insert_id");
            }
        } while ($statement->more_results() && $statement->next_result());
    });
}

function common(mysqli $link): void
{
    $statement = null;
    foreach (file(env('features'), FILE_IGNORE_NEW_LINES) as $line) {
        $words = explode("\t", $line);
        if ($words[0] === '' || $words[0][0] === '#') {
            continue;
        }
        if ($words[0][0] === '[') {
            [$feature, $only] = explode(' @', substr($words[0], 1, -1)) + [1 => ''];
            $wanted = $only === '' || $only === env('server');
            $link->select_db(env('database'));
        } elseif ($wanted && ($words[0] === 'query' || $words[0] === 'multi')) {
            query($link, $feature, $words[1]);
        } elseif ($wanted && $words[0] === 'prepared') {
            $statement = null;
            $statement = attempt($feature, fn () => $link->prepare($words[1]));
            execute($statement ?: null, $feature, array_slice($words, 2));
        } elseif ($wanted) {
            execute($statement ?: null, $feature, array_slice($words, 1));
        }
    }
}

function killing(mysqli $link): void
{
    $other = connect();
    $other->query('SELECT SLEEP(30)', MYSQLI_ASYNC);
    for ($i = 0; $i < 2000; $i++) {
        $seen = $link->query('SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = ' . $other->thread_id
            . " AND STATE = 'User sleep'")->fetch_row();
        if ($seen[0] > 0) {
            break;
        }
    }
    $link->query('KILL QUERY ' . $other->thread_id);
    attempt('kill query', fn () => rows('kill query', $other->reap_async_query()));
    query($other, 'kill query', "SELECT 'usable'");
    $link->query('KILL ' . $other->thread_id);
    try {
        for ($i = 0; $i < 1000; $i++) {
            @$other->query('SELECT 1');
        }
        say('kill', 'survived');
    } catch (mysqli_sql_exception $e) {
        say('kill', 'gone');
    }
    query($link, 'kill', 'KILL 4294967290');
}

function own(mysqli $link): void
{
    say('server version', $link->server_info . ' ' . $link->server_version . ' ' . $link->protocol_version);
    say('connection id', var_export((int) $link->query('SELECT CONNECTION_ID()')->fetch_row()[0] === $link->thread_id, true));
    say('statistics', var_export(str_starts_with($link->stat(), 'Uptime: '), true));
    say('character set', json_encode($link->get_charset()));
    attempt('init db', fn () => $link->select_db('there_is_no_such_database'));
    killing($link);

    $load = fn ($path) => "LOAD DATA LOCAL INFILE '$path' INTO TABLE t_file";
    query($link, 'local infile', 'CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))');
    query($link, 'local infile', $load(env('rows')));
    query($link, 'local infile', 'SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file');
    attempt('local infile missing', fn () => @$link->query($load('/there/is/no/such/file')));
    $refusing = connect(['infile' => 0]);
    attempt('local infile refused', fn () => @$refusing->query($load(env('rows'))));
    query($refusing, 'local infile refused', "SELECT 'usable'");
    $refusing->close();

    $big = str_repeat('abcd', intdiv((int) env('big'), 4));
    $echo = $link->prepare('SELECT CAST(? AS BINARY), LENGTH(?)');
    $null = null;
    $text = 'short';
    $echo->bind_param('bs', $null, $text);
    foreach (str_split($big, 1 << 20) as $part) {
        $echo->send_long_data(0, $part);
    }
    $echo->execute();
    say('long data', implode(' ', array_map('shown', $echo->get_result()->fetch_row())));
    $echo->bind_param('ss', $big, $text);
    $echo->execute();
    say('big parameter', implode(' ', array_map('shown', $echo->get_result()->fetch_row())));
    $echo->close();
    $result = $link->query("SELECT REPEAT('abcd', " . strlen($big) / 4 . "), 'behind'");
    say('big row', implode(' ', array_map('shown', $result->fetch_row())));
    $result->free();

    query($link, 'bulk', 'CREATE TABLE t_bulk (id INT, s VARCHAR(100))');
    $insert = $link->prepare('INSERT INTO t_bulk VALUES (?, ?)');
    for ($i = 0; $i < 200; $i++) {
        $insert->execute([$i, "s$i"]);
    }
    $insert->close();
    query($link, 'bulk', 'SELECT COUNT(*), SUM(id), MIN(s), MAX(s) FROM t_bulk');
    $unbuffered = $link->query('SELECT * FROM t_rows ORDER BY id', MYSQLI_USE_RESULT);
    $seen = 0;
    while ($unbuffered->fetch_row()) {
        $seen++;
    }
    say('streaming', (string) $seen);
    $unbuffered->free();
    $cursor = $link->prepare('SELECT id, s FROM t_rows WHERE id > ? ORDER BY id');
    $cursor->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
    foreach ([0, 890, 1000] as $from) {
        $cursor->bind_param('i', $from);
        $cursor->execute();
        $cursor->bind_result($id, $s);
        $sum = 0;
        while ($cursor->fetch()) {
            $sum += $id + strlen($s);
        }
        say('cursor', (string) $sum);
        $cursor->free_result();
    }
    $cursor->reset();
    $cursor->close();

    // a connection of its own: with sha256_password in plain text mysqlnd loses it, with warnings that name the process
    $changing = connect();
    $changing->query('SET @mine = 5');
    attempt('change user', fn () => @$changing->change_user(env('user') . 'b', env('password'), env('database')));
    query($changing, 'change user', 'SELECT CURRENT_USER(), DATABASE(), @mine');
    @$changing->close();
    $again = connect();
    attempt('change user refused', fn () => @$again->change_user(env('user'), 'wrong', env('database')));
    @$again->close();
    $link->begin_transaction(MYSQLI_TRANS_START_READ_ONLY);
    $link->commit();
    foreach (['latin1', 'utf8'] as $charset) {
        $other = connect(['charset' => $charset]);
        query($other, 'charset ' . $charset, "SELECT HEX('\xe4'), 'x', @@character_set_client, @@character_set_results");
        $other->close();
    }
    $found = connect(['flags' => MYSQLI_CLIENT_FOUND_ROWS]);
    query($found, 'found rows', 'UPDATE t_file SET t = t WHERE id < 10');
    query($found, 'attributes', 'SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs WHERE '
        . "PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME IN ('_server_host', '_client_name') ORDER BY ATTR_NAME");
    $found->close();
    query($link, 'warnings by API', "SELECT CAST('12x' AS SIGNED)");
    for ($w = $link->get_warnings(); $w; $w = $w->next() ? $w : null) {
        say('warnings by API', "$w->errno $w->sqlstate $w->message");
    }
}

function pdo(): void
{
    $options = [PDO::ATTR_EMULATE_PREPARES => false, PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION,
        PDO::MYSQL_ATTR_COMPRESS => env('compress') === 'zlib'];
    if (env('tls') === '1') {
        $options[PDO::MYSQL_ATTR_SSL_CA] = env('ca');
    }
    $dsn = 'mysql:host=' . env('host') . ';port=' . env('port') . ';dbname=' . env('database') . ';charset=utf8mb4';
    $pdo = new PDO($dsn, env('user'), env('password'), $options);
    $select = $pdo->prepare('SELECT * FROM t_types WHERE id >= ? ORDER BY id');
    foreach ([1, 3, 9] as $from) {
        $select->execute([$from]);
        foreach ($select->fetchAll(PDO::FETCH_NUM) as $row) {
            say('PDO', implode(' | ', array_map('shown', $row)));
        }
    }
    attempt('PDO', fn () => $pdo->query('SELECT * FROM there_is_no_such_table'));
    $pdo->beginTransaction();
    $pdo->exec('DELETE FROM t_trans');
    $pdo->rollBack();
    say('PDO', (string) $pdo->query('SELECT COUNT(*) FROM t_trans')->fetchColumn());
}

function logins(): void
{
    foreach (['wrong password' => ['password' => 'wrong'], 'unknown user' => ['user' => 'nobody_here'],
        'unknown database' => ['database' => 'there_is_no_such_database'],
        'other user' => ['user' => env('user') . 'b'],
        'expired password' => ['user' => env('user') . 'x', 'database' => null, 'plain' => true]] as $feature => $more) {
        attempt($feature, function () use ($feature, $more) {
            $login = connect($more);
            query($login, $feature, 'SELECT CURRENT_USER()');
            if ($feature === 'expired password') {
                query($login, $feature, env('server') === 'mysql' ? "SET PASSWORD = 'Renewed-1'"
                    : "SET PASSWORD = PASSWORD('Renewed-1')");
                query($login, $feature, 'SELECT CURRENT_USER()');
            }
            $login->close();
        });
    }
}

$link = connect();
foreach ($link->query("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')") as $row) {
    say('hop.' . $row['Variable_name'], $row['Value']);
}
common($link);
own($link);
$link->close();
pdo();
logins();
