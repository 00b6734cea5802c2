/**
 * Effects that a sandbox must refuse, each as a few words of Perl that attempt it: true means that it happened. `writ doctor` shows their refusal, and
 * tests attempt each of them inside and outside, because what fails outside too proves nothing.
 */
import { type Architecture, SECCOMP_RULES } from './seccomp/index.ts';

/** What effects are aimed at. */
export interface TrialTargets {
  /** A folder that the sandbox can write to. */
  readonly folder: string;
  /** A folder outside, which exists. */
  readonly outside: string;
  /** A file outside with something in it. */
  readonly secret: string;
  /** A file with something in it, in a hidden folder of `folder`. */
  readonly hidden: string;
  /** A process outside. */
  readonly pid: number;
}

/** One effect. */
export interface Effect {
  readonly name: string;
  /** Perl; `$folder`, `$outside`, `$secret`, `$hidden`, `$pid` are the targets, `call(NAME, …)` a system call. */
  readonly code: string;
  /** Succeeds outside for root alone. */
  readonly needsRoot?: true;
}

/** Effects that need nothing but {@link TrialTargets}. */
export const EFFECTS: readonly Effect[] = [
  {
    name: 'write a file outside',
    code: 'open my $f, ">", "$outside/written" or return 0; print $f "x"; close $f',
  },
  {
    name: 'write to the system',
    code: 'open my $f, ">", "/usr/writ-trial" or return 0; unlink "/usr/writ-trial"',
    needsRoot: true,
  },
  { name: 'read a file outside', code: 'open my $f, "<", $secret or return 0; length <$f>' },
  { name: 'read Writ’s own keys', code: 'open my $f, "<", $hidden or return 0; length <$f>' },
  {
    name: 'move Writ’s own folder away',
    code: '(my $d = $hidden) =~ s{/[^/]+/[^/]+$}{}; rename $d, "$d-moved" or return 0; rename "$d-moved", $d',
  },
  {
    name: 'follow a link out of a folder',
    code: 'unlink "$folder/link"; symlink $secret, "$folder/link" or return 0; open my $f, "<", "$folder/link" or return 0; length <$f>',
  },
  { name: 'link a file in from outside', code: 'unlink "$folder/hard"; link $secret, "$folder/hard"' },
  {
    name: 'read the accounts',
    code: 'open my $f, "<", "/etc/shadow" or return 0; length <$f>',
    needsRoot: true,
  },
  {
    name: 'see a process outside',
    code: 'open my $f, "<", "/proc/$pid/cmdline" or return 0; index(join("", <$f>), "node") >= 0',
  },
  { name: 'signal a process outside', code: 'kill 0, $pid' },
  {
    name: 'change the kernel’s settings',
    code: 'sysopen my $f, "/proc/sys/kernel/core_pattern", 1',
    needsRoot: true,
  },
  { name: 'read the kernel’s messages', code: 'sysopen my $f, "/dev/kmsg", 2048', needsRoot: true },
  {
    name: 'make a device',
    code: 'unlink "$folder/null"; call("mknodat", -100, "$folder/null", 0020666, 0x103) == 0',
    needsRoot: true,
  },
  {
    name: 'mount',
    code: 'mkdir "$folder/mounted"; call("mount", "none", "$folder/mounted", "tmpfs", 0, 0) == 0 or return 0; call("umount2", "$folder/mounted", 2); 1',
    needsRoot: true,
  },
  { name: 'open a file system', code: 'call("fsopen", "tmpfs", 0) >= 0', needsRoot: true },
  { name: 'make a user namespace', code: 'call("unshare", 0x10000000) == 0' },
  {
    name: 'clone into a user namespace',
    code: 'my $p = call("clone", 0x10000011, 0, 0, 0, 0); $p < 0 and return 0; $p or call("exit", 0); waitpid $p, 0; 1',
  },
  { name: 'trace a process', code: 'call("ptrace", 0, 0, 0, 0) == 0' },
  {
    name: 'read memory of a process',
    code: 'my $b = "x" x 8; my $at = unpack "Q", pack "p", $b; my $v = pack "QQ", $at, 8; call("process_vm_readv", $$, $v, 1, $v, 1, 0) == 8',
  },
  { name: 'use the kernel’s keyring', code: 'call("add_key", "user", "writ-trial", "x", 1, -2) > 0' },
  {
    name: 'load a program into the kernel',
    code: 'my $a = pack "L4 x112", 1, 4, 4, 1; call("bpf", 0, $a, 48) >= 0',
    needsRoot: true,
  },
  { name: 'use io_uring', code: 'my $a = "\\0" x 120; call("io_uring_setup", 1, $a) >= 0' },
  { name: 'handle page faults', code: 'call("userfaultfd", 1) >= 0' },
  {
    name: 'count the processor’s events',
    code: 'my $a = pack("LLQ x112", 1, 128, 1); call("perf_event_open", $a, 0, -1, -1, 0) >= 0',
    needsRoot: true,
  },
  {
    name: 'name a file by its handle',
    code: 'my $h = pack("Ll x128", 128, 0); my $m = "\\0" x 8; call("name_to_handle_at", -100, "/usr", $h, $m, 0) == 0',
  },
  { name: 'open a raw socket', code: 'socket my $s, 2, 3, 1', needsRoot: true },
  { name: 'open a netlink socket', code: 'socket my $s, 16, 3, 0' },
  { name: 'open a packet socket', code: 'socket my $s, 17, 3, 0', needsRoot: true },
  {
    name: 'type into a terminal',
    code: '$SIG{HUP} = "IGNORE"; call("setsid"); sysopen my $m, "/dev/ptmx", 2 or return 0; my $n = pack "L", 0; ioctl $m, 0x40045431, $n; ioctl $m, 0x80045430, $n; sysopen my $t, "/dev/pts/" . unpack("L", $n), 2 or return 0; my $word = "x"; ioctl $t, 0x5412, $word',
    needsRoot: true,
  },
  {
    name: 'leave a program with its owner’s rights',
    code: 'open my $f, ">", "$folder/program" or return 0; chmod(04755, "$folder/program") == 1',
  },
  {
    name: 'make a file with its owner’s rights',
    code: 'unlink "$folder/made"; sysopen my $f, "$folder/made", 0101, 04755',
  },
  { name: 'become root', code: '$> = 0; $> == 0', needsRoot: true },
];

const PRELUDE = `
my %NUMBERS = (NUMBERS);
sub call { my ($name, @words) = @_; syscall $NUMBERS{$name}, map { /^-?[0-9]+$/ ? 0 + $_ : $_ } @words }
`;

/** Numbers that no rule names. */
const MORE_NUMBERS: Readonly<Record<string, readonly [x64: number, arm64: number]>> = {
  exit: [60, 93],
  setsid: [112, 157],
};

/** A Perl program that attempts `effects`, each in a process of its own, and prints a line `INDEX yes|no ERROR` for each. It ends with 1 where none happened. */
export function trialProgram(
  architecture: Architecture,
  targets: TrialTargets,
  effects: readonly Effect[],
): string {
  const numbers = [
    ...SECCOMP_RULES.map(({ name, numbers: of }) => [name, of[architecture]] as const),
    ...Object.entries(MORE_NUMBERS).map(
      ([name, [x64, arm64]]) => [name, architecture === 'x64' ? x64 : arm64] as const,
    ),
  ];
  const variables = Object.entries(targets).map(([name, value]) => `my $${name} = ${quoted(String(value))};`);
  const attempts = effects.map(({ code }, index) => `attempt(${index}, sub { ${code} });`);
  return [
    '$| = 1;',
    ...variables,
    PRELUDE.replace(
      'NUMBERS)',
      `${numbers.map(([name, number]) => `'${name}', ${number ?? -1}`).join(', ')})`,
    ),
    `my $any = 0;
sub attempt {
  my ($index, $code) = @_;
  my $child = fork;
  if (!$child) {
    local $SIG{ALRM} = 'DEFAULT';
    alarm 10;
    $! = 0;
    my $happened = $code->();
    my $error = $!;
    print $index, $happened ? " yes " : " no ", $error, "\\n";
    exit($happened ? 0 : 1);
  }
  waitpid $child, 0;
  $any = 1 if $? == 0;
}`,
    ...attempts,
    'exit($any ? 0 : 1);',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

/** What {@link trialProgram} printed, in the order of the effects; `undefined` for one that said nothing. */
export function readTrials(
  printed: string,
  effects: readonly Effect[],
): readonly ({ readonly happened: boolean; readonly answer: string } | undefined)[] {
  return effects.map((_, index) => {
    const match = new RegExp(`^${index} (yes|no) (.*)$`, 'm').exec(printed);
    return match === null ? undefined : { happened: match[1] === 'yes', answer: match[2] ?? '' };
  });
}
