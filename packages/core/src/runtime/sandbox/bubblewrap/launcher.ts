/**
 * The first process inside a sandbox. It closes what it inherited, sets limits, turns a port of 127.0.0.1 into the socket of the egress proxy, starts
 * the command, watches what the kernel does not bound, and tells how it all ended.
 *
 * In Perl, because it must start in two milliseconds on a machine as it is installed: a Node start costs forty, and a compiled helper would be a binary
 * to trust and to download (decision 29). No module is loaded. It guards no secret: a command that breaks it ends, for it is process 1.
 */
import type { Architecture } from '../seccomp/index.ts';

/** Descriptor on which the launcher and Writ speak; the only one beside standard input, output and error. */
export const TALK_FD = 4;
/** How often memory, processes and processor time are counted where the kernel does not bound memory, in milliseconds. */
export const WATCH_EVERY_MS = 25;
/** How often processor time alone is, which no control group bounds, in milliseconds. */
const TIME_EVERY_MS = 250;
/** What the kernel keeps of a file in memory besides its content, an inode and its name, in bytes; rounded up. */
const FILE_BYTES = 1024;
/** Most connections to the egress proxy at once; more wait. */
const MAX_RELAYED = 256;
/** Names of the command's environment are handed over behind this, so that none of them changes what happens before it starts. */
export const ENVIRONMENT_PREFIX = 'WRIT_ENV_';
/** Exit code of a command that was ended because of a limit, as a shell tells of SIGKILL. */
export const LIMIT_EXIT_CODE = 137;

/** What the launcher is told. Sizes in bytes. */
export interface LauncherOptions {
  readonly architecture: Architecture;
  readonly maxMemory: number;
  readonly maxProcesses: number;
  readonly maxCpuSeconds: number;
  readonly maxFile: number;
  readonly maxOpenFiles: number;
  /** Whether memory and processes are counted here, because no control group bounds memory. Processor time is counted always. */
  readonly isWatching: boolean;
  /** Where the egress proxy is, inside; absent: there is no way out. */
  readonly relay?: { readonly port: number; readonly socket: string };
  /** Folders in memory that count as memory. */
  readonly inMemory: readonly string[];
}

/** prlimit64, close, prctl, statfs, clock_gettime. */
const CALLS: Readonly<Record<Architecture, readonly number[]>> = {
  x64: [302, 3, 157, 137, 228],
  arm64: [261, 57, 167, 43, 113],
};

/** The words that start `command` under the launcher. */
export function launcherCommand(
  perl: string,
  options: LauncherOptions,
  command: readonly string[],
): readonly string[] {
  const { relay } = options;
  const settings = [
    ...CALLS[options.architecture],
    options.maxMemory,
    options.maxProcesses,
    options.maxCpuSeconds,
    options.maxFile,
    options.maxOpenFiles,
    (options.isWatching ? WATCH_EVERY_MS : TIME_EVERY_MS) / 1000,
    options.isWatching ? 1 : 0,
    relay?.port ?? 0,
    relay?.socket ?? '',
    options.inMemory.join(':'),
  ];
  return [perl, '-e', SOURCE, '--', ...settings.map(String), ...command];
}

/**
 * Lines that it writes to {@link TALK_FD}: `started`; `failed ERRNO` where the command cannot be executed; `limit NAME`; `exit CODE SIGNAL`. It reads
 * names of signals for the command, one a line; the end of input ends everything.
 */
const SOURCE = `
my ($PRLIMIT, $CLOSE, $PRCTL, $STATFS, $CLOCK, $memory, $processes, $cpu, $file, $open, $every, $counts, $port, $path, $folders) = map { /^[0-9]+$/ ? 0 + $_ : $_ } splice @ARGV, 0, 15;
my $TALK = ${TALK_FD};
opendir my $fds, '/proc/self/fd' or exit 126;
my @inherited = grep { /^[0-9]+$/ && $_ > 2 && $_ != $TALK } readdir $fds;
closedir $fds;
syscall $CLOSE, 0 + $_ for @inherited;
syscall $PRCTL, 4, 0, 0, 0, 0;
open my $talk, '+<&=', $TALK or exit 126;
fcntl $talk, 2, 1;
$SIG{PIPE} = 'IGNORE';
$SIG{$_} = 'IGNORE' for qw(HUP INT QUIT TERM TSTP TTIN TTOU);
$SIG{CHLD} = sub {};
sub tell_end { syswrite $talk, "$_[0]\\n" }
sub limit {
  my ($resource, $value) = @_;
  my $old = "\\0" x 16;
  syscall $PRLIMIT, 0, 0 + $resource, 0, $old;
  my (undef, $hard) = unpack 'QQ', $old;
  my $new = pack 'QQ', ($value < $hard ? $value : $hard) x 2;
  return syscall($PRLIMIT, 0, 0 + $resource, $new, 0) == 0;
}
my $listener;
if ($port) {
  socket $listener, 2, 1, 0 or exit 126;
  setsockopt $listener, 1, 2, pack('l', 1);
  bind $listener, pack('S n C4 x8', 2, $port, 127, 0, 0, 1) or do { tell_end("failed relay"); exit 126 };
  listen $listener, 128;
  fcntl $listener, 4, 2048;
  fcntl $listener, 2, 1;
}
my $child = fork;
defined $child or do { tell_end('failed fork'); exit 126 };
if (!$child) {
  setpgrp 0, 0;
  $SIG{$_} = 'DEFAULT' for qw(HUP INT QUIT TERM TSTP TTIN TTOU PIPE CHLD);
  setpriority 0, 0, 5 if $counts;
  my @bounds = ([4, 0], [6, $processes + 1], [7, $open], [1, $file], [0, $cpu], $counts ? ([2, $memory], [12, 0]) : ());
  limit(@$_) or do { tell_end('failed limits'); exit 126 } for @bounds;
  my %given = %ENV;
  %ENV = map { /^${ENVIRONMENT_PREFIX}(.*)$/s ? ($1 => $given{$_}) : () } keys %given;
  tell_end('started');
  exec { $ARGV[0] } @ARGV;
  my $code = 0 + $!;
  tell_end("failed $code");
  exit($code == 2 ? 127 : 126);
}
sub over { tell_end("limit $_[0]"); exit ${LIMIT_EXIT_CODE} }
sub slurp { open my $in, '<', $_[0] or return ''; local $/; my $all = <$in>; defined $all ? $all : '' }
sub held {
  opendir my $proc, '/proc' or over('memory');
  my $bytes = 0;
  for my $id (grep { /^[0-9]+$/ } readdir $proc) {
    my $rollup = slurp("/proc/$id/smaps_rollup");
    if ($rollup =~ /^Pss_Anon: +([0-9]+)/m) { $bytes += $1 * 1024; $bytes += $1 * 1024 if $rollup =~ /^Pss_Shmem: +([0-9]+)/m }
    else { my $status = slurp("/proc/$id/status"); $bytes += $1 * 1024 while $status =~ /^Rss(?:Anon|Shmem):\\s+([0-9]+)/mg }
  }
  return $bytes;
}
my $page = 0;
my (%spent_by, $spent);
sub watch {
  $page ||= slurp('/proc/self/smaps') =~ /^KernelPageSize: +([0-9]+)/m ? $1 * 1024 : over('memory');
  opendir my $proc, '/proc' or over('processes');
  my @all = grep { /^[0-9]+$/ } readdir $proc;
  closedir $proc;
  my ($threads, $resident, $ticks) = (0, 0, 0);
  my %now;
  for my $id (@all) {
    my @stat = split ' ', slurp("/proc/$id/stat") =~ s/^.*\\) //sr;
    next if @stat < 22;
    $threads += $stat[17];
    $ticks += $stat[11] + $stat[12] + $stat[13] + $stat[14];
    # What nobody waits for is added to nobody: it counts as far as it was seen.
    my $own = $now{"$id $stat[19]"} = $stat[11] + $stat[12];
    my $known = $spent_by{"$id $stat[19]"} // 0;
    $spent += $own - $known if $own > $known;
    $resident += $stat[21] * $page;
  }
  %spent_by = %now;
  over('processes') if !$threads || ($counts && $threads - 1 > $processes);
  over('cpu') if ($ticks > $spent ? $ticks : $spent) / 100 > $cpu;
  return if !$counts;
  my $stored = 0;
  for my $folder (split /:/, $folders) {
    my $buffer = "\\0" x 120;
    next if syscall($STATFS, $folder, $buffer) != 0;
    my (undef, $size, $blocks, $free, undef, $files, $unused) = unpack 'q7', $buffer;
    $stored += ($blocks - $free) * $size + ($files - $unused) * ${FILE_BYTES};
  }
  return if $resident + $stored <= $memory;
  # One count is made of looks at different moments: while processes come and go, what they share can seem more than it is, but hardly twice in a row.
  for (1, 2) { return if $stored + held() <= $memory }
  over('memory');
}
my (%peer, %buffer, %finished, %handle);
sub drop {
  my ($number) = @_;
  my $other = $peer{$number};
  for ($number, $other) { close delete $handle{$_}; delete $peer{$_}; delete $buffer{$_}; delete $finished{$_} }
}
sub pump {
  my ($number) = @_;
  my $other = $peer{$number};
  defined $other or return;
  my $count = sysread $handle{$number}, my $bytes, 65536;
  if (!defined $count) { drop($number) unless $! == 11; return }
  if ($count == 0) { $finished{$number} = 1; shutdown $handle{$other}, 1 if $buffer{$other} eq ''; drop($number) if $finished{$other} && $buffer{$number} eq '' && $buffer{$other} eq ''; return }
  my $written = syswrite $handle{$other}, $bytes;
  $written = 0 unless defined $written;
  $buffer{$other} = substr $bytes, $written if $written < $count;
}
sub flush_to {
  my ($number) = @_;
  defined $peer{$number} or return;
  my $written = syswrite $handle{$number}, $buffer{$number};
  if (!defined $written) { drop($number) unless $! == 11; return }
  $buffer{$number} = substr $buffer{$number}, $written;
  return if $buffer{$number} ne '';
  my $other = $peer{$number};
  shutdown $handle{$number}, 1 if $finished{$other};
  drop($number) if $finished{$number} && $finished{$other};
}
sub admit {
  my $from;
  accept $from, $listener or return;
  my $to;
  socket $to, 1, 1, 0 or return;
  for ($from, $to) { fcntl $_, 4, 2048; fcntl $_, 2, 1 }
  connect $to, pack('S a*', 1, "$path\\0") or return;
  my ($one, $two) = (fileno $from, fileno $to);
  @handle{$one, $two} = ($from, $to);
  @peer{$one, $two} = ($two, $one);
  @buffer{$one, $two} = ('', '');
}
my $heard = '';
my $due = $every;
sub now { my $time = "\\0" x 16; syscall $CLOCK, 1, $time; my ($s, $ns) = unpack 'qq', $time; $s + $ns / 1e9 }
my $begun = now();
while (1) {
  while ((my $gone = waitpid -1, 1) > 0) {
    next if $gone != $child;
    my ($code, $signal) = ($? >> 8, $? & 127);
    tell_end("exit $code $signal");
    exit($signal ? 128 + $signal : $code);
  }
  my ($reading, $writing) = ('', '');
  vec($reading, $TALK, 1) = 1;
  vec($reading, fileno $listener, 1) = 1 if $listener && keys %handle < ${MAX_RELAYED * 2};
  for my $number (keys %handle) {
    vec($reading, $number, 1) = 1 if !$finished{$number} && $buffer{$peer{$number}} eq '';
    vec($writing, $number, 1) = 1 if $buffer{$number} ne '';
  }
  my $ready = select $reading, $writing, undef, $every;
  if (now() - $begun >= $due) {
    watch();
    $due = now() - $begun + $every;
  }
  next if $ready <= 0;
  if (vec $reading, $TALK, 1) {
    my $count = sysread $talk, my $bytes, 256;
    exit 143 unless $count;
    $heard .= $bytes;
    kill $1, -$child while $heard =~ s/^([A-Z]+)\\n//;
  }
  admit() if $listener && vec $reading, fileno $listener, 1;
  for my $number (keys %handle) {
    flush_to($number) if vec $writing, $number, 1;
    pump($number) if vec $reading, $number, 1;
  }
}
`;
