# The matrix's features with Ruby's mysql2: one line "feature<TAB>result" for each thing seen.
require 'digest'

if ARGV == ['--version']
  begin
    require 'mysql2'
  rescue LoadError
    exit 1
  end
  puts "Ruby #{RUBY_VERSION} mysql2 #{Mysql2::VERSION} #{Mysql2::Client.info[:version]}"
  exit 0
end
require 'mysql2'

$stdout.sync = true
$stdout.set_encoding(Encoding::UTF_8)
ENVIRONMENT = ENV.select { |key, _| key.start_with?('MATRIX_') }.to_h { |key, value| [key[7..].downcase, value] }

def env(name)
  ENVIRONMENT.fetch(name)
end

def shown(value)
  return 'NULL' if value.nil?

  text = value.is_a?(Time) ? value.utc.strftime('%F %T.%6N') : value.is_a?(BigDecimal) ? value.to_s('F') : value.to_s
  return "#{text.bytesize} bytes #{Digest::MD5.hexdigest(text)}" if text.bytesize > 200

  clean = (text.ascii_only? || text.encoding == Encoding::UTF_8) && text.valid_encoding? && text !~ /[\x00-\x1f]/
  "#{value.class}:#{clean ? text : text.unpack1('H*')}"
end

def say(feature, text)
  puts "#{feature}\t#{text.to_s.dup.force_encoding(Encoding::UTF_8).gsub("\n", '\\n')}"
end

def attempt(feature)
  yield
rescue Mysql2::Error => e
  say(feature, "error #{e.error_number} #{e.sql_state} #{e.message}")
end

def connect(more = {})
  settings = { host: env('host'), port: env('port').to_i, username: env('user'), password: env('password'),
               database: env('database'), encoding: 'utf8mb4', local_infile: true, connect_timeout: 20,
               read_timeout: 60, reconnect: false, database_timezone: :utc, application_timezone: :utc,
               connect_attrs: { program_name: 'matrix' }, flags: ['MULTI_STATEMENTS'] }
  settings[:flags] += ['COMPRESS'] if env('compress') == 'zlib'
  if env('tls') == '1'
    settings[:sslca] = env('ca')
    settings[:sslverify] = true
    settings[:ssl_mode] = :required
  end
  Mysql2::Client.new(settings.merge(more))
end

def rows(feature, result)
  say(feature, "columns #{result.fields.zip(result.respond_to?(:field_types) ? result.field_types : []).map { |f| f.join(':') }.join(' ')}")
  all = result.to_a
  if all.size > 20
    say(feature, "#{all.size} rows #{Digest::MD5.hexdigest(all.map { |row| row.map { |v| shown(v) } }.inspect)}")
  else
    all.each { |row| say(feature, "row #{row.map { |value| shown(value) }.join(' | ')}") }
  end
end

def query(client, feature, sql)
  attempt(feature) do
    result = client.query(sql, as: :array, cast_booleans: false)
    loop do
      if result
        rows(feature, result)
      else
        say(feature, "ok affected #{client.affected_rows} id #{client.last_id} warnings #{client.warning_count} " \
                     "info #{client.query_info_string}")
      end
      break unless client.more_results?

      client.next_result
      result = client.store_result
    end
  end
end

def parameter(word)
  text = word[2..]
  case word[0]
  when 'n' then nil
  when 'i' then text.to_i
  when 'd' then text.to_f
  when 'x' then [text].pack('H*')
  else text
  end
end

def execute(client, statement, feature, words)
  attempt(feature) do
    result = statement.execute(*words.map { |word| parameter(word) }, as: :array)
    if result
      rows(feature, result)
    else
      say(feature, "ok affected #{statement.affected_rows} id #{statement.last_id}")
    end
  end
  client.abandon_results!
end

def common(client)
  feature = ''
  wanted = false
  statement = nil
  File.foreach(env('features'), chomp: true, encoding: 'UTF-8') do |line|
    next if line.empty? || line.start_with?('#')

    words = line.split("\t")
    if line.start_with?('[')
      feature, only = line[1..-2].split(' @')
      wanted = only.nil? || only == env('server')
      client.select_db(env('database'))
    elsif wanted && %w[query multi].include?(words[0])
      query(client, feature, words[1])
    elsif wanted && words[0] == 'prepared'
      # libmariadb leaves the further results of a prepared CALL to its own interface, which mysql2 does not use
      next statement = nil if words[1].start_with?('CALL')

      statement = nil
      attempt(feature) { statement = client.prepare(words[1]) }
      execute(client, statement, feature, words[2..]) if statement
    elsif wanted && statement
      execute(client, statement, feature, words[1..])
    end
  end
end

def kills(client)
  other = connect
  say('connection id', other.query('SELECT CONNECTION_ID() AS id').first['id'] == other.thread_id)
  other.query('SELECT SLEEP(30)', async: true, as: :array)
  2000.times do
    seen = client.query("SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE ID = #{other.thread_id} " \
                        "AND STATE = 'User sleep'").first
    break if seen['n'].positive?
  end
  client.query("KILL QUERY #{other.thread_id}")
  attempt('kill query') { rows('kill query', other.async_result) }
  query(other, 'kill query', "SELECT 'usable'")
  client.query("KILL #{other.thread_id}")
  say('kill', other.ping ? 'still there' : 'gone')
  query(client, 'kill', 'KILL 4294967290')
end

def own(client)
  say('server version', client.server_info)
  say('ping', client.ping)
  kills(client)
  load = ->(path) { "LOAD DATA LOCAL INFILE '#{path}' INTO TABLE t_file" }
  query(client, 'local infile', 'CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))')
  query(client, 'local infile', load.call(env('rows')))
  query(client, 'local infile', 'SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file')
  query(client, 'local infile missing', load.call('/there/is/no/such/file'))
  refusing = connect(local_infile: false)
  query(refusing, 'local infile refused', load.call(env('rows')))
  query(refusing, 'local infile refused', "SELECT 'usable'")
  refusing.close
  big = 'abcd' * (env('big').to_i / 4)
  statement = client.prepare('SELECT LENGTH(?), CRC32(?)')
  say('big parameter', statement.execute(big, big, as: :array).first.inspect)
  statement.close
  query(client, 'big row', "SELECT REPEAT('abcd', #{big.size / 4}), 'behind'")
  say('streaming', client.query('SELECT * FROM t_rows ORDER BY id', stream: true, cache_rows: false, as: :array).sum { |r| r[0] })
  query(client, 'set option', 'SELECT 1')
  client.set_server_option(Mysql2::Client::OPTION_MULTI_STATEMENTS_OFF)
  query(client, 'set option', 'SELECT 1; SELECT 2')
  client.set_server_option(Mysql2::Client::OPTION_MULTI_STATEMENTS_ON)
  query(client, 'set option', 'SELECT 1; SELECT 2')
  query(client, 'attributes', 'SELECT ATTR_NAME, ATTR_VALUE FROM performance_schema.session_connect_attrs WHERE ' \
                              "PROCESSLIST_ID = CONNECTION_ID() AND ATTR_NAME = 'program_name'")
  latin = connect(encoding: 'latin1')
  query(latin, 'latin1', "SELECT HEX('x'), @@character_set_client, @@character_set_results")
  latin.close
end

def logins
  { 'wrong password' => { password: 'wrong' }, 'unknown user' => { username: 'nobody_here' },
    'unknown database' => { database: 'there_is_no_such_database' }, 'other user' => { username: "#{env('user')}b" },
    'expired password' => { username: "#{env('user')}x", database: nil } }.each do |feature, more|
    attempt(feature) do
      login = connect(more)
      query(login, feature, 'SELECT CURRENT_USER()')
      login.close
    end
  end
end

client = connect
client.query("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')").each do |row|
  say("hop.#{row['Variable_name']}", row['Value'])
end
common(client)
own(client)
client.close
logins
