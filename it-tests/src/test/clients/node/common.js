'use strict';
// What the two Node.js programs of the matrix share: one line "feature<TAB>result" for each thing seen.
const crypto = require('crypto');
const fs = require('fs');

const env = {};
for (const key of Object.keys(process.env)) {
    if (key.startsWith('MATRIX_')) env[key.slice(7).toLowerCase()] = process.env[key];
}

function digest(bytes) {
    return bytes.length + ' bytes ' + crypto.createHash('md5').update(bytes).digest('hex');
}

function shown(value) {
    if (value === null || value === undefined) return 'NULL';
    if (Buffer.isBuffer(value)) return value.length > 200 ? digest(value) : 'x' + value.toString('hex');
    if (value instanceof Date) return 'date:' + (isNaN(value) ? 'invalid' : value.toISOString());
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (text.length > 200) return digest(Buffer.from(text));
    // eslint-disable-next-line no-control-regex
    return typeof value + ':' + text.replace(/[\u0000-\u001f]/g, (c) => '\\x' + c.charCodeAt(0).toString(16));
}

function say(feature, text) {
    process.stdout.write(feature + '\t' + text + '\n');
}

function sayError(feature, error) {
    // node's own texts name ports and the like
    const text = error.sqlState ? String(error.sqlMessage || error.message).replace(/\(conn:-?\d+[^)]*\) ?/g, '') : '';
    say(feature, ['error', error.errno, error.code, error.sqlState, text].join(' '));
}

async function attempt(feature, work) {
    try {
        return await work();
    } catch (error) {
        sayError(feature, error);
        return undefined;
    }
}

function sayRows(feature, columns, rows) {
    say(feature, 'columns ' + columns.join(' '));
    if (rows.length > 20) {
        say(feature, rows.length + ' rows ' + digest(Buffer.from(JSON.stringify(rows, bigint))));
        return;
    }
    for (const row of rows) say(feature, 'row ' + row.map(shown).join(' | '));
}

function bigint(key, value) {
    return typeof value === 'bigint' ? value.toString() : value;
}

function parameter(word) {
    const text = word.slice(2);
    switch (word[0]) {
        case 'n': return null;
        case 'i': return parseInt(text, 10);
        case 'd': return parseFloat(text);
        case 'x': return Buffer.from(text, 'hex');
        default: return text;
    }
}

// client: query(feature, sql), prepared(feature, sql, values), begin() before each feature
async function common(client) {
    let feature = '';
    let sql = '';
    let wanted = false;
    for (const line of fs.readFileSync(env.features, 'utf8').split('\n')) {
        const words = line.split('\t');
        if (words[0] === '' || words[0].startsWith('#')) continue;
        if (words[0].startsWith('[')) {
            const name = words[0].slice(1, -1).split(' @');
            feature = name[0];
            wanted = name.length === 1 || name[1] === env.server;
            await client.begin();
        } else if (wanted && (words[0] === 'query' || words[0] === 'multi')) {
            await attempt(feature, () => client.query(feature, words[1]));
        } else if (wanted) {
            const again = words[0] === 'again';
            if (!again) sql = words[1];
            const values = words.slice(again ? 1 : 2).map(parameter);
            await attempt(feature, () => client.prepared(feature, sql, values));
        }
    }
}

// Waits until the other session is in SLEEP(), then ends its statement.
async function killQuery(ask, id) {
    for (let i = 0; i < 2000; i++) {
        const rows = await ask("SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE ID = " + id
            + " AND STATE = 'User sleep'");
        if (Number(rows[0].n) > 0) break;
    }
    await ask('KILL QUERY ' + id);
}

function renewal() {
    return env.server === 'mysql' ? "SET PASSWORD = 'Renewed-1'" : "SET PASSWORD = PASSWORD('Renewed-1')";
}

function run(work) {
    // a client that hangs must not hang the test
    const limit = setTimeout(() => { say('program', 'does not end'); process.exit(3); }, 100000);
    work().then(() => clearTimeout(limit)).catch((error) => {
        say('program', 'failed: ' + (error.code || '') + ' ' + error.stack);
        process.exitCode = 1;
        clearTimeout(limit);
        setTimeout(() => process.exit(1), 100);
    });
}

module.exports = { env, digest, shown, say, sayError, attempt, sayRows, common, killQuery, renewal, run };
