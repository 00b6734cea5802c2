/** What of Writ's own no sandbox may see or change. */
import { existsSync } from 'node:fs';
import type { ProtectedPath } from '@writ/core/sandbox';
import { type Configuration, ownFiles } from '../config/index.ts';
import { hostSettings } from './host-settings.ts';

/**
 * Data, keys and secrets are hidden; policies, the configuration, what else decides and files with hooks can be read, so that a work tree stays whole, and
 * not changed. A file with hooks that somebody took away holds none. `writable`: folders that the sandbox may write to, absolute, in which settings of hosts
 * with hooks are kept too.
 */
export function sandboxProtection(
  config: Configuration,
  writable: readonly string[] = [],
): readonly ProtectedPath[] {
  const { secret, settled, hooks } = ownFiles(config);
  const read = [
    ...settled,
    ...hooks.filter((path) => existsSync(path)),
    ...hostSettings(config.data, writable),
  ];
  return [
    ...secret.map((path) => ({ path, access: 'hidden' as const })),
    ...read.map((path) => ({ path, access: 'read' as const })),
  ];
}
