/** What policies see of a sandbox, from its profile. */
import type { ResourceLimits } from '../../model/index.ts';
import type { SandboxProfile } from './profiles.ts';

/** Bounds of a sandbox of `profile` under `driver`. */
export function limitsOf(profile: SandboxProfile, driver: string, network: boolean): ResourceLimits {
  return {
    profile: profile.name,
    driver,
    max_memory_mb: profile.maxMemoryMb,
    max_processes: profile.maxProcesses,
    max_cpu_seconds: profile.maxCpuSeconds,
    network,
  };
}
