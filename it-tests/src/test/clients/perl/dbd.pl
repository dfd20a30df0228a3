#!/usr/bin/perl
# The matrix's features with DBD::mysql or DBD::MariaDB: one line "feature<TAB>result" for each thing seen.
use strict;
use warnings;
use DBI;
use Digest::MD5 qw(md5_hex);

my $driver = shift @ARGV;
my $prefix = $driver eq 'mysql' ? 'mysql' : 'mariadb';
if (($ARGV[0] // '') eq '--version') {
    eval "require DBD::$driver; 1" or exit 1;
    no strict 'refs';
    print "Perl $^V DBD::$driver ", "DBD::$driver"->VERSION, "\n";
    exit 0;
}
binmode STDOUT;
$| = 1;

my %env = map { lc(substr $_, 7) => $ENV{$_} } grep { /^MATRIX_/ } keys %ENV;

sub shown {
    my ($value) = @_;
    return 'NULL' unless defined $value;
    utf8::encode($value) if utf8::is_utf8($value);
    return length($value) . ' bytes ' . md5_hex($value) if length($value) > 200;
    $value =~ s/([\x00-\x1f])/sprintf '\\x%02x', ord $1/ge;
    return $value;
}

sub say_line {
    my ($feature, $text) = @_;
    utf8::encode($text) if utf8::is_utf8($text);
    $text =~ s/\n/\\n/g;
    print "$feature\t$text\n";
}

sub connection {
    my (%more) = @_;
    my $database = exists $more{database} ? $more{database} : $env{database};
    my $dsn = "DBI:$driver:host=$env{host};port=$env{port}" . (defined $database ? ";database=$database" : '');
    if ($env{tls}) {
        $dsn .= ";${prefix}_ssl=1;${prefix}_ssl_ca_file=$env{ca}";
        # DBD::mysql cannot insist on TLS with MariaDB's library, but speaks it
        $dsn .= $driver eq 'mysql' ? ';mysql_ssl_optional=1' : ';mariadb_ssl_verify_server_cert=1';
    }
    $dsn .= ";${prefix}_compression=1" if $env{compress} eq 'zlib';
    $dsn .= ";${prefix}_local_infile=" . ($more{infile} // 1) . ';' . ($more{dsn} // '');
    my %attributes = (RaiseError => 0, PrintError => 0, PrintWarn => 0, AutoCommit => 1,
        "${prefix}_server_prepare" => $more{prepare} // 0);
    $attributes{mysql_enable_utf8mb4} = 1 if $driver eq 'mysql';
    $attributes{"${prefix}_auto_reconnect"} = 0;
    return DBI->connect($dsn, $more{user} // $env{user}, $more{password} // $env{password}, \%attributes);
}

sub error {
    my ($feature, $handle) = @_;
    my $text = defined $handle ? join(' ', $handle->err, $handle->state, $handle->errstr)
        : join(' ', $DBI::err // '', $DBI::state // '', $DBI::errstr // '');
    $text =~ s/ at \S+ line \d+\.?//;
    say_line($feature, "error $text");
}

sub results {
    my ($feature, $statement) = @_;
    for (1 .. 100) {
        if ($statement->{NUM_OF_FIELDS}) {
            my @types = @{ $statement->{"${prefix}_type_name"} };
            my @names = @{ $statement->{NAME} };
            my @lengths = @{ $statement->{"${prefix}_length"} };
            say_line($feature, 'columns ' . join ' ', map { "$names[$_]:$types[$_]:$lengths[$_]" } 0 .. $#names);
            my $rows = $statement->fetchall_arrayref;
            if (@$rows > 20) {
                my $all = join "\n", map { join '|', map { shown($_) } @$_ } @$rows;
                say_line($feature, @$rows . ' rows ' . md5_hex($all));
            } else {
                say_line($feature, 'row ' . join ' | ', map { shown($_) } @$_) for @$rows;
            }
        } else {
            say_line($feature, 'ok rows ' . $statement->rows . ' id ' . ($statement->{"${prefix}_insertid"} // '')
                . ' warnings ' . ($statement->{"${prefix}_warning_count"} // ''));
        }
        last unless $statement->more_results;
    }
    error($feature, $statement) if $statement->err;
}

sub query {
    my ($on, $feature, $sql, @values) = @_;
    utf8::decode($sql) if !utf8::is_utf8($sql);
    my $statement = $on->prepare($sql) or return error($feature, $on);
    $statement->execute(@values) or return error($feature, $statement);
    results($feature, $statement);
    say_line($feature, 'info ' . $on->{"${prefix}_info"}) if defined $on->{"${prefix}_info"};
}

sub parameter {
    my ($word) = @_;
    my $text = substr $word, 2;
    return undef if $word =~ /^n/;
    return pack 'H*', $text if $word =~ /^x/;
    utf8::decode($text) if $word =~ /^s/;
    return $text;
}

sub common {
    my ($plain, $preparing) = @_;
    open my $file, '<', $env{features} or die $!;
    my ($feature, $wanted, $statement) = ('', 0);
    while (my $line = <$file>) {
        chomp $line;
        next if $line =~ /^(#|\s*$)/;
        my @words = split /\t/, $line;
        if ($line =~ /^\[(.*?)(?: @(\w+))?\]$/) {
            ($feature, $wanted) = ($1, !defined $2 || $2 eq $env{server});
            $_->do("USE $env{database}") for $plain, $preparing;
        } elsif ($wanted && ($words[0] eq 'query' || $words[0] eq 'multi')) {
            query($plain, $feature, $words[1]);
        } elsif ($wanted) {
            my $again = $words[0] eq 'again';
            if (!$again) {
                my $sql = $words[1];
                utf8::decode($sql);
                $statement = $preparing->prepare($sql);
                error($feature, $preparing) unless $statement;
            }
            next unless $statement;
            if ($statement->execute(map { parameter($_) } @words[($again ? 1 : 2) .. $#words])) {
                results($feature, $statement);
            } else {
                error($feature, $statement);
            }
        }
    }
}

sub kills {
    my ($on) = @_;
    my $other = connection();
    my $id = $other->{"${prefix}_thread_id"} // $other->{"${prefix}_thread_id"};
    my ($seen) = $other->selectrow_array('SELECT CONNECTION_ID()');
    say_line('connection id', $id == $seen ? 'same' : 'other');
    my $sleeping = $other->prepare('SELECT SLEEP(30)', { ($driver eq 'mysql' ? 'async' : 'mariadb_async') => 1 });
    $sleeping->execute;
    for (1 .. 2000) {
        my ($asleep) = $on->selectrow_array(
            "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = $id AND STATE = 'User sleep'");
        last if $asleep;
    }
    $on->do("KILL QUERY $id");
    my $result = $driver eq 'mysql' ? $sleeping->mysql_async_result : $sleeping->mariadb_async_result;
    if ($result) {
        say_line('kill query', 'row ' . join ' | ', map { shown($_) } $sleeping->fetchrow_array);
    } else {
        error('kill query', $sleeping);
    }
    $sleeping->finish;
    query($other, 'kill query', "SELECT 'usable'");
    $on->do("KILL $id");
    say_line('kill', $other->ping ? 'still there' : 'gone');
    query($on, 'kill', 'KILL 4294967290');
}

sub own {
    my ($on, $preparing) = @_;
    say_line('server version', $on->{"${prefix}_serverinfo"} . ' ' . $on->{"${prefix}_serverversion"});
    say_line('ping', $on->ping);
    say_line('statistics', ($on->{"${prefix}_stat"} =~ /^Uptime: /) ? 'yes' : 'no');
    kills($on);
    my $load = sub { "LOAD DATA LOCAL INFILE '$_[0]' INTO TABLE t_file" };
    query($on, 'local infile', 'CREATE TABLE t_file (id INT PRIMARY KEY, t VARCHAR(100))');
    query($on, 'local infile', $load->($env{rows}));
    query($on, 'local infile', 'SELECT COUNT(*), SUM(id), SUM(CRC32(t)) FROM t_file');
    query($on, 'local infile missing', $load->('/there/is/no/such/file'));
    my $refusing = connection(infile => 0);
    query($refusing, 'local infile refused', $load->($env{rows}));
    query($refusing, 'local infile refused', "SELECT 'usable'");
    $refusing->disconnect;
    my $big = 'abcd' x ($env{big} / 4);
    query($preparing, 'big parameter', 'SELECT LENGTH(?), CRC32(?)', $big, $big);
    query($on, 'big row', "SELECT REPEAT('abcd', $env{big} / 4), 'behind'");
    query($on, 'bulk', 'CREATE TABLE t_bulk (id INT, s VARCHAR(100))');
    my $insert = $preparing->prepare('INSERT INTO t_bulk VALUES (?, ?)');
    $insert->execute($_, "s$_") for 1 .. 200;
    query($on, 'bulk', 'SELECT COUNT(*), SUM(id), MIN(s), MAX(s) FROM t_bulk');
    my $reader = connection();
    my $streaming = $reader->prepare('SELECT * FROM t_rows ORDER BY id', { "${prefix}_use_result" => 1 });
    $streaming->execute;
    my $seen = 0;
    $seen += $_->[0] while $_ = $streaming->fetchrow_arrayref;
    say_line('streaming', $seen);
    $streaming->finish;
    $reader->disconnect;
    $on->begin_work;
    $on->do('DELETE FROM t_trans');
    $on->rollback;
    query($on, 'transaction', 'SELECT COUNT(*) FROM t_trans');
    say_line('tables', join ' ', map { s/.*\.//r } sort $on->tables(undef, $env{database}, 't_%', 'TABLE'));
    my $found = connection(dsn => "${prefix}_client_found_rows=0");
    query($found, 'changed rows', "UPDATE t_bulk SET s = 's1' WHERE id < 4");
    $found->disconnect;
}

my $plain = connection(dsn => "${prefix}_multi_statements=1") or die $DBI::errstr;
my $preparing = connection(prepare => 1);
for my $row (@{ $plain->selectall_arrayref("SHOW STATUS WHERE Variable_name IN ('Ssl_cipher', 'Compression')") }) {
    say_line("hop.$row->[0]", $row->[1]);
}
common($plain, $preparing);
own($plain, $preparing);
$_->disconnect for $plain, $preparing;
my %logins = ('wrong password' => { password => 'wrong' }, 'unknown user' => { user => 'nobody_here' },
    'unknown database' => { database => 'there_is_no_such_database' }, 'other user' => { user => "$env{user}b" },
    'expired password' => { user => "$env{user}x", database => undef });
for my $feature (sort keys %logins) {
    my $login = connection(%{ $logins{$feature} });
    if (!$login) {
        error($feature);
        next;
    }
    query($login, $feature, 'SELECT CURRENT_USER()');
    $login->disconnect;
}
