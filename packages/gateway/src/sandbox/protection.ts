/** What of Writ's own no sandbox may see or change. */
import type { ProtectedPath } from '@writ/core/sandbox';
import { type Configuration, hookFiles, secretFiles } from '../config/index.ts';

/** Data, keys and secrets are hidden; policies, the configuration and files with hooks can be read, so that a work tree stays whole, and not changed. */
export function sandboxProtection(config: Configuration): readonly ProtectedPath[] {
  const { file, policies, shadow, data, servers, agent, witnesses, log, publish, gateway } = config;
  const hidden = [
    data,
    ...(agent.keyFile === undefined ? [] : [agent.keyFile]),
    ...servers.flatMap(secretFiles),
    ...(publish === undefined || publish.credentials === 'env' ? [] : [publish.credentials.file]),
    ...(gateway?.tls === undefined ? [] : [gateway.tls.key]),
    ...(log !== undefined && 'file' in log.postgres.url ? [log.postgres.url.file] : []),
  ];
  const read = [
    ...(file === undefined ? [] : [file]),
    ...policies,
    ...(shadow?.policies ?? []),
    ...(witnesses === undefined ? [] : [witnesses]),
    ...hookFiles(data),
  ];
  return [
    ...hidden.map((path) => ({ path, access: 'hidden' as const })),
    ...read.map((path) => ({ path, access: 'read' as const })),
  ];
}
