/** What drivers can do and profiles demand, by name. */

/** What a machine can do for a sandbox; a profile demands some of it. Found by trying, never by version. */
export const CAPABILITIES = [
  /** Own view of files, processes, network, users, System V IPC and host name. */
  'namespaces',
  /** A filter of system calls. */
  'system-call-filter',
  /** A user inside that has no rights of `root` anywhere. */
  'no-privileges',
  /** A user outside that is not `root` either, even without its rights. */
  'ordinary-user',
  /** Memory, processes and processor time end where the profile says; processor time in containers for each process, elsewhere for all of them together. */
  'bounds',
  /** The same by the kernel, exactly, through a control group. */
  'kernel-bounds',
  /** The only way out is the egress proxy. */
  'egress-relay',
  /** A kernel of its own (gVisor, a virtual machine). */
  'own-kernel',
] as const;
export type Capability = (typeof CAPABILITIES)[number];
