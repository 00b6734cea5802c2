/** Writ's own files, as a configuration names them: no agent's tool and no confined command reaches them. */
import { exportSecretFiles, exportSettledFiles } from './export/index.ts';
import { hookFiles } from './hook-files.ts';
import { keyFiles } from './keys/index.ts';
import { secretFiles } from './secret-files.ts';
import type { Configuration } from './types.ts';

/** Absolute paths of files and folders. */
export interface OwnFiles {
  /** Data, keys and secrets: nobody else reads them. */
  readonly secret: readonly string[];
  /** What decides, and who is believed: anybody may read them, and nobody else changes them. */
  readonly settled: readonly string[];
  /** Files of coding agents that Writ's hooks stand in. */
  readonly hooks: readonly string[];
}

/** All files of `config`. */
export function ownFiles(config: Configuration): OwnFiles {
  const {
    file,
    policies,
    shadow,
    data,
    servers,
    agent,
    witnesses,
    log,
    publish,
    gateway,
    egress,
    privacy,
    plane,
  } = config;
  const tls = gateway?.tls;
  const destinations = config.export ?? [];
  return {
    secret: [
      data,
      ...(agent.keyFile === undefined ? [] : [agent.keyFile]),
      ...servers.flatMap(secretFiles),
      ...(config.keys === undefined ? [] : keyFiles(config.keys)),
      ...Object.values(config.retention?.archives ?? {}).flatMap(({ folder, keyFile }) => [folder, keyFile]),
      ...(config.retention?.bundleArchive === undefined ? [] : [config.retention.bundleArchive]),
      ...(publish === undefined || publish.credentials === 'env' ? [] : [publish.credentials.file]),
      ...(tls === undefined ? [] : [tls.key]),
      ...(log !== undefined && 'file' in log.postgres.url ? [log.postgres.url.file] : []),
      ...exportSecretFiles(destinations),
      ...(plane === undefined ? [] : [plane.keyFile]),
    ],
    settled: [
      ...(file === undefined ? [] : [file]),
      ...policies,
      ...(shadow?.policies ?? []),
      ...(privacy === undefined ? [] : [privacy.purposes]),
      ...(witnesses === undefined ? [] : [witnesses]),
      ...(tls === undefined ? [] : [tls.cert]),
      ...(tls?.clientCa === undefined ? [] : [tls.clientCa]),
      ...servers.flatMap((server) =>
        'url' in server ? [server.tls?.ca, server.tls?.cert].filter((path) => path !== undefined) : [],
      ),
      ...(egress?.inspect?.ca === undefined ? [] : [egress.inspect.ca]),
      ...exportSettledFiles(destinations),
      ...(plane?.ca === undefined ? [] : [plane.ca]),
    ],
    hooks: hookFiles(data),
  };
}
