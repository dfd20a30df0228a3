'use strict';
const fs = require('fs');
const mysql = require('mysql2/promise');
const { env, digest, shown, say, attempt, sayRows, common, killQuery, renewal, run } = require('./common');

function connect(more) {
    return mysql.createConnection({
        host: env.host, port: Number(env.port), user: env.user, password: env.password, database: env.database,
        multipleStatements: true, charset: 'utf8mb4', timezone: 'Z', dateStrings: true, supportBigNumbers: true,
        bigNumberStrings: true, rowsAsArray: true, connectTimeout: 20000, compress: env.compress === 'zlib',
        ssl: env.tls === '1' ? { ca: fs.readFileSync(env.ca) } : undefined,
        infileStreamFactory: (path) => fs.createReadStream(path),
        connectAttributes: { program_name: 'matrix' }, ...more,
    });
}

function one(feature, result, columns) {
    if (Array.isArray(columns)) {
        sayRows(feature, columns.map((c) => c.name + ':' + c.columnType + ':' + c.flags + ':' + c.columnLength), result);
    } else {
        say(feature, 'ok ' + ['affectedRows', 'changedRows', 'insertId', 'info', 'serverStatus', 'warningStatus',
            'stateChanges'].map((k) => k + ' ' + JSON.stringify(result[k])).join(' '));
    }
}

function results(feature, [result, columns]) {
    const several = Array.isArray(result) && Array.isArray(columns) && columns.some((c) => !c || Array.isArray(c));
    if (several) {
        result.forEach((each, at) => one(feature, each, columns[at]));
    } else {
        one(feature, result, columns);
    }
}

async function main() {
    if (process.argv[2] === '--version') {
        console.log('node ' + process.version + ' mysql2 ' + require('mysql2/package.json').version);
        return;
    }
    // MySQL numbers the packets within compressed ones anew, of which this client complains at each
    const complain = console.error;
    console.error = (text, ...more) => String(text).includes('got packets out of order') || complain(text, ...more);
    const connection = await connect();
    const query = (on, feature, sql) => attempt(feature, async () => results(feature, await on.query(sql)));
    const ask = async (sql) => (await connection.query({ sql, rowsAsArray: false }))[0];
    for (const row of await ask("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')")) {
        say('hop.' + row.Variable_name, row.Value);
    }
    await common({
        begin: () => connection.query('USE ' + env.database),
        query: (feature, sql) => query(connection, feature, sql),
        prepared: async (feature, sql, values) => results(feature, await connection.execute(sql, values)),
    });

    say('server version', String(connection.connection._handshakePacket.serverVersion));
    say('connection id', String(Number((await ask('SELECT CONNECTION_ID() AS id'))[0].id) === connection.threadId));
    await connection.ping();
    say('ping', 'ok');

    const other = await connect();
    const asleep = query(other, 'kill query', 'SELECT SLEEP(30)');
    await killQuery(ask, other.threadId);
    await asleep;
    await query(other, 'kill query', "SELECT 'usable'");
    other.on('error', () => {});
    // before the KILL: either may come before its answer
    const ended = new Promise((resolve) => {
        other.once('end', resolve);
        other.connection.stream.once('close', resolve);
    });
    await ask('KILL ' + other.threadId);
    await ended;
    say('kill', 'gone');
    await query(connection, 'kill', 'KILL 4294967290');

    const load = (path) => "LOAD DATA LOCAL INFILE '" + path + "' INTO TABLE t_file";
    await query(connection, 'local infile', 'CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))');
    await query(connection, 'local infile', load(env.rows));
    await query(connection, 'local infile', 'SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file');
    const refusing = await connect({ infileStreamFactory: undefined, flags: '-LOCAL_FILES' });
    refusing.on('error', () => {});
    await query(refusing, 'local infile refused', load(env.rows));
    await refusing.destroy();

    const big = Buffer.alloc(Number(env.big), 'abcd');
    const [echoed] = await connection.execute('SELECT CAST(? AS BINARY) AS b, LENGTH(?)', [big, big]);
    say('big parameter', echoed[0].map(shown).join(' ') + ' ' + digest(big));
    const [large] = await connection.query("SELECT REPEAT('abcd', " + big.length / 4 + "), 'behind'");
    say('big row', large[0].map(shown).join(' '));

    await query(connection, 'bulk', 'CREATE TABLE t_bulk (id INT, s VARCHAR(100))');
    const values = Array.from({ length: 5000 }, (_, i) => [i, 's' + i]);
    await attempt('bulk', async () => results('bulk', await connection.query('INSERT INTO t_bulk VALUES ?', [values])));
    await query(connection, 'bulk', 'SELECT COUNT(*), SUM(id), MIN(s), MAX(s) FROM t_bulk');
    let seen = 0;
    for await (const row of connection.connection.query('SELECT * FROM t_bulk ORDER BY id').stream()) {
        seen += row.length;
    }
    say('streaming', String(seen));
    const wave = Array.from({ length: 50 }, (_, i) => connection.query('SELECT ' + i + ' AS n'));
    say('commands in a row', (await Promise.all(wave)).map(([rows]) => rows[0][0]).join(','));

    const prepared = await connection.prepare('SELECT ? AS a');
    for (const value of [1, 'text', null]) results('prepare, close', await prepared.execute([value]));
    await prepared.close();
    await query(connection, 'prepare, close', "SHOW SESSION STATUS LIKE 'Com_stmt_close'");

    await query(connection, 'change user', 'SET @mine = 5');
    await attempt('change user', () => connection.changeUser({ user: env.user + 'b', database: env.database }));
    await query(connection, 'change user', 'SELECT CURRENT_USER(), DATABASE(), @mine');
    await attempt('change user', () => connection.changeUser({ user: env.user, password: env.password }));
    await query(connection, 'change user', 'SELECT CURRENT_USER(), DATABASE()');
    const reset = await connect();
    await query(reset, 'reset', 'SET @mine = 6');
    if (reset.reset) await attempt('reset', () => reset.reset());
    await query(reset, 'reset', 'SELECT @mine, DATABASE()');
    await query(reset, 'attributes', 'SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs WHERE '
        + "PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME IN ('program_name', '_client_name') ORDER BY ATTR_NAME");
    await reset.end();
    const latin = await connect({ charset: 'LATIN1_SWEDISH_CI' });
    await query(latin, 'latin1', "SELECT 'äöü', HEX('äöü'), @@character_set_client, @@character_set_results");
    await latin.end();
    const plain = await connect({ multipleStatements: false, flags: '-FOUND_ROWS' });
    await query(plain, 'no multi statements', 'SELECT 1; SELECT 2');
    await query(plain, 'changed rows', 'UPDATE t_bulk SET s = \'s0\' WHERE id < 2');
    await plain.end();
    await connection.end();

    for (const [feature, more] of [['wrong password', { password: 'wrong' }], ['unknown user', { user: 'nobody_here' }],
        ['unknown database', { database: 'there_is_no_such_database' }], ['other user', { user: env.user + 'b' }],
        ['expired password', { user: env.user + 'x', database: undefined }]]) {
        await attempt(feature, async () => {
            const login = await connect(more);
            await query(login, feature, 'SELECT CURRENT_USER()');
            if (feature === 'expired password') {
                await query(login, feature, renewal());
                await query(login, feature, 'SELECT CURRENT_USER()');
            }
            await login.end();
        });
    }
}

run(main);
