/** Which system calls a sandboxed process is refused, as data: one list for the BPF filter and for the JSON that container engines read. */

/** Machines that a filter exists for; `process.arch` by name. */
export const ARCHITECTURES = ['x64', 'arm64'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** A test of one argument. Only its low 32 bits are looked at: the kernel takes these arguments as `int`. */
export type ArgumentTest =
  /** Refused where any of these bits is set. */
  | { readonly arg: number; readonly anyBit: number }
  /** Refused where the argument, after the mask, is one of these. */
  | { readonly arg: number; readonly in: readonly number[]; readonly mask?: number }
  /** Refused where it is none of these. */
  | { readonly arg: number; readonly notIn: readonly number[] };

/** One rule. Without a test the call is refused always. */
export interface SeccompRule {
  readonly name: string;
  /** Number of the call; absent where the architecture has none. */
  readonly numbers: { readonly [architecture in Architecture]?: number };
  /** What the caller is told: `ENOSYS` where programs fall back to something else, `EPERM` where they should give up. */
  readonly errno: 'EPERM' | 'ENOSYS' | 'EAFNOSUPPORT';
  readonly test?: ArgumentTest;
  /** Refused only where this holds too; of another argument. */
  readonly and?: ArgumentTest;
}

/** Numbers of errors, the same on both architectures (asm-generic/errno). */
export const ERRNO: Readonly<Record<SeccompRule['errno'], number>> = {
  EPERM: 1,
  ENOSYS: 38,
  EAFNOSUPPORT: 97,
};

/** The newest call that was looked at (`fchmodat2`, Linux 6.6). Newer ones answer `ENOSYS`: what nobody judged is not let through. */
export const NEWEST_CALL = 452;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h). */
const NAMESPACES = 0x7e02_0000;
/** CLONE_NEWTIME; in `clone` these bits are the signal of its end, so it counts in `unshare` alone. */
const NEW_TIME = 0x80;
/** AF_UNIX, AF_INET, AF_INET6. Everything else (netlink, packet, vsock, alg, …) is kernel surface that no build needs. */
const FAMILIES = [1, 2, 10];
/** SOCK_RAW, SOCK_PACKET, under the mask of the type. */
const RAW_TYPES = [3, 10];
const TYPE_MASK = 0xf;
/** `setpriority` for a group of processes, which process 1 may have been joined in, and for all of a user (sys/resource.h). */
const PRIO_MANY = [1, 2];
/** The same of `ioprio_set`: IOPRIO_WHO_PGRP, IOPRIO_WHO_USER (linux/ioprio.h). */
const IO_PRIO_MANY = [2, 3];
/** TIOCSTI and TIOCLINUX put words into a terminal’s input; TIOCSETD has the kernel load a driver that speaks through one (asm-generic/ioctls.h). */
const TERMINAL_INPUT = [0x5412, 0x541c, 0x5423];
/** S_ISUID, S_ISGID (linux/stat.h). */
const SET_ID = 0o6000;
/** O_CREAT, __O_TMPFILE: without them `open` reads no mode (asm-generic/fcntl.h). */
const CREATES = 0o20000100;

const denied = (
  names: Readonly<Record<string, readonly [x64: number | undefined, arm64: number | undefined]>>,
  errno: SeccompRule['errno'] = 'EPERM',
): readonly SeccompRule[] =>
  Object.entries(names).map(([name, [x64, arm64]]) => ({
    name,
    numbers: { ...(x64 === undefined ? {} : { x64 }), ...(arm64 === undefined ? {} : { arm64 }) },
    errno,
  }));

/** Refused in every sandbox. Numbers are of the kernel's own tables (asm/unistd_64.h, asm-generic/unistd.h). */
export const SECCOMP_RULES: readonly SeccompRule[] = [
  // Other processes: their memory, their descriptors, their state.
  ...denied({
    ptrace: [101, 117],
    process_vm_readv: [310, 270],
    process_vm_writev: [311, 271],
    process_madvise: [440, 440],
    pidfd_getfd: [438, 438],
    kcmp: [312, 272],
  }),
  // File systems and what they are mounted on.
  ...denied({
    mount: [165, 40],
    umount2: [166, 39],
    pivot_root: [155, 41],
    chroot: [161, 51],
    open_tree: [428, 428],
    move_mount: [429, 429],
    fsopen: [430, 430],
    fsconfig: [431, 431],
    fsmount: [432, 432],
    fspick: [433, 433],
    mount_setattr: [442, 442],
    swapon: [167, 224],
    swapoff: [168, 225],
    quotactl: [179, 60],
    quotactl_fd: [443, 443],
    // A handle opens any file of a file system, past every folder that hides it.
    open_by_handle_at: [304, 265],
    name_to_handle_at: [303, 264],
    fanotify_init: [300, 262],
    fanotify_mark: [301, 263],
  }),
  // Namespaces. The flags of clone3 lie behind a pointer, where no filter sees them: programs fall back to clone.
  ...denied({ setns: [308, 268] }),
  ...denied({ clone3: [435, 435] }, 'ENOSYS'),
  {
    name: 'unshare',
    numbers: { x64: 272, arm64: 97 },
    errno: 'EPERM',
    test: { arg: 0, anyBit: NAMESPACES | NEW_TIME },
  },
  { name: 'clone', numbers: { x64: 56, arm64: 220 }, errno: 'EPERM', test: { arg: 0, anyBit: NAMESPACES } },
  // Keys of the kernel, which no namespace holds apart.
  ...denied({ keyctl: [250, 219], add_key: [248, 217], request_key: [249, 218] }),
  // Large parts of the kernel that builds and tests do without.
  ...denied({
    bpf: [321, 280],
    perf_event_open: [298, 241],
    userfaultfd: [323, 282],
    lookup_dcookie: [212, 18],
  }),
  // Runtimes ask once and do without.
  ...denied(
    { io_uring_setup: [425, 425], io_uring_enter: [426, 426], io_uring_register: [427, 427] },
    'ENOSYS',
  ),
  // The machine itself.
  ...denied({
    kexec_load: [246, 104],
    kexec_file_load: [320, 294],
    init_module: [175, 105],
    finit_module: [313, 273],
    delete_module: [176, 106],
    create_module: [174, undefined],
    reboot: [169, 142],
    acct: [163, 89],
    syslog: [103, 116],
    settimeofday: [164, 170],
    clock_settime: [227, 112],
    clock_adjtime: [305, 266],
    adjtimex: [159, 171],
    sethostname: [170, 161],
    setdomainname: [171, 162],
    vhangup: [153, 58],
    iopl: [172, undefined],
    ioperm: [173, undefined],
    modify_ldt: [154, undefined],
    uselib: [134, undefined],
    nfsservctl: [180, 42],
  }),
  // Whoever watches from inside must get its turn: process 1 is nobody's to slow down, and neither is everybody at once.
  ...[
    { name: 'prlimit64', numbers: { x64: 302, arm64: 261 } },
    { name: 'sched_setaffinity', numbers: { x64: 203, arm64: 122 } },
    { name: 'sched_setscheduler', numbers: { x64: 144, arm64: 119 } },
    { name: 'sched_setparam', numbers: { x64: 142, arm64: 118 } },
    { name: 'sched_setattr', numbers: { x64: 314, arm64: 274 } },
  ].map((call): SeccompRule => ({ ...call, errno: 'EPERM', test: { arg: 0, in: [1] } })),
  { name: 'setpriority', numbers: { x64: 141, arm64: 140 }, errno: 'EPERM', test: { arg: 1, in: [1] } },
  {
    name: 'setpriority',
    numbers: { x64: 141, arm64: 140 },
    errno: 'EPERM',
    test: { arg: 0, in: PRIO_MANY },
  },
  { name: 'ioprio_set', numbers: { x64: 251, arm64: 30 }, errno: 'EPERM', test: { arg: 1, in: [1] } },
  {
    name: 'ioprio_set',
    numbers: { x64: 251, arm64: 30 },
    errno: 'EPERM',
    test: { arg: 0, in: IO_PRIO_MANY },
  },
  // What is left behind in a given folder must not run with its owner’s rights for whoever starts it outside.
  ...[
    { name: 'chmod', numbers: { x64: 90 }, arg: 1 },
    { name: 'fchmod', numbers: { x64: 91, arm64: 52 }, arg: 1 },
    { name: 'fchmodat', numbers: { x64: 268, arm64: 53 }, arg: 2 },
    { name: 'fchmodat2', numbers: { x64: 452, arm64: 452 }, arg: 2 },
    { name: 'creat', numbers: { x64: 85 }, arg: 1 },
    { name: 'mknod', numbers: { x64: 133 }, arg: 1 },
    { name: 'mknodat', numbers: { x64: 259, arm64: 33 }, arg: 2 },
  ].map(({ arg, ...call }): SeccompRule => ({ ...call, errno: 'EPERM', test: { arg, anyBit: SET_ID } })),
  ...[
    { name: 'open', numbers: { x64: 2 }, flags: 1 },
    { name: 'openat', numbers: { x64: 257, arm64: 56 }, flags: 2 },
  ].map(
    ({ flags, ...call }): SeccompRule => ({
      ...call,
      errno: 'EPERM',
      test: { arg: flags + 1, anyBit: SET_ID },
      and: { arg: flags, anyBit: CREATES },
    }),
  ),
  // Its mode lies behind a pointer, where no filter sees it: programs fall back to openat.
  ...denied({ openat2: [437, 437] }, 'ENOSYS'),
  // Sockets of families that the sandbox has no use for, and raw ones.
  {
    name: 'socket',
    numbers: { x64: 41, arm64: 198 },
    errno: 'EAFNOSUPPORT',
    test: { arg: 0, notIn: FAMILIES },
  },
  {
    name: 'socket',
    numbers: { x64: 41, arm64: 198 },
    errno: 'EPERM',
    test: { arg: 1, in: RAW_TYPES, mask: TYPE_MASK },
  },
  {
    name: 'socketpair',
    numbers: { x64: 53, arm64: 199 },
    errno: 'EAFNOSUPPORT',
    test: { arg: 0, notIn: FAMILIES },
  },
  { name: 'ioctl', numbers: { x64: 16, arm64: 29 }, errno: 'EPERM', test: { arg: 1, in: TERMINAL_INPUT } },
];

/**
 * Refused too where memory is watched and not bounded by the kernel: memory that belongs to no process while it is not mapped, so that nobody could
 * count it.
 */
export const UNCOUNTED_MEMORY_RULES: readonly SeccompRule[] = denied(
  {
    memfd_create: [319, 279],
    memfd_secret: [447, 447],
    shmget: [29, 194],
    semget: [64, 190],
    msgget: [68, 186],
  },
  'ENOSYS',
);
