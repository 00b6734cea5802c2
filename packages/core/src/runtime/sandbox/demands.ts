/** What a profile demands and a machine lacks is an error that names it: nothing is left out in silence. */
import { Fault } from '../../kernel/index.ts';
import type { Capability } from './capabilities.ts';

const WORDS: Readonly<Record<Capability, { readonly what: string; readonly hint: string }>> = {
  namespaces: {
    what: 'namespaces of its own',
    hint: 'allow user namespaces (`sysctl user.max_user_namespaces`, and on Ubuntu `kernel.apparmor_restrict_unprivileged_userns`), or use another driver',
  },
  'system-call-filter': {
    what: 'a filter of system calls',
    hint: 'it needs a kernel with seccomp on x86-64 or arm64',
  },
  'no-privileges': {
    what: 'a user without privileges',
    hint: 'in a container a folder of root’s is used by root: give it to an ordinary user with `chown`, start Writ as one, or use the driver `bubblewrap`',
  },
  'ordinary-user': {
    what: 'a user that is not root outside either',
    hint: 'the folder belongs to root: give it to an ordinary user with `chown`, or start Writ as one',
  },
  bounds: {
    what: 'bounds of memory, processes and processor time',
    hint: 'the folder belongs to root, whose processes the kernel does not count: give it to an ordinary user, start Writ as one, or let root make control groups',
  },
  'kernel-bounds': {
    what: 'bounds that the kernel keeps',
    hint: 'it needs control groups of version 2 with `memory` and `pids`, in a folder that Writ may write to',
  },
  'egress-relay': {
    what: 'the way to the egress proxy',
    hint: 'start `writ egress` with a Unix socket, or use a profile without network',
  },
  'own-kernel': {
    what: 'a kernel of its own',
    hint: 'use the driver `gvisor` or `microvm`',
  },
};

/** Throws `sandbox.lacking` naming everything in `demands` that is not in `has`. */
export function requireCapabilities(
  profile: string,
  driver: string,
  demands: readonly Capability[],
  has: ReadonlySet<Capability>,
): void {
  const lacking = demands.filter((one) => !has.has(one));
  const [first] = lacking;
  if (first === undefined) return;
  const named = lacking.map((one) => `${WORDS[one].what} (\`${one}\`)`).join(', ');
  throw new Fault(
    'sandbox.lacking',
    `profile \`${profile}\` demands ${named}, which \`${driver}\` cannot give on this machine`,
    { lacking, hint: WORDS[first].hint },
  );
}
