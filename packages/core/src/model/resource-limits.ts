/** What bounds a sandbox, as policies see it: attributes of `Sandbox::"id"`. */

/** All of them are known before the sandbox is made. Numbers are integers from 0. */
export interface ResourceLimits {
  /** Name of the profile it is made by, `moderate`. */
  readonly profile: string;
  /** What confines it: `bubblewrap`, `docker`, `gvisor`, … */
  readonly driver: string;
  /** Most memory of all its processes together, in MiB (2^20 bytes). */
  readonly max_memory_mb: number;
  /** Most processes and threads at once. */
  readonly max_processes: number;
  /** Most processor time, in seconds. */
  readonly max_cpu_seconds: number;
  /** Whether it reaches the network at all (through the egress proxy). */
  readonly network: boolean;
}
