/** Files that destinations name. */
import type { ClientTls, DestinationSettings } from '@writ/stream';

/** The files with secrets of `destinations`, absolute: no tool of an agent may reach them. */
export function exportSecretFiles(destinations: readonly DestinationSettings[]): readonly string[] {
  return destinations.flatMap(({ target }) => {
    const key = tlsOf(target)?.key;
    return [...sourcesIn(target), ...(key === undefined ? [] : [key])];
  });
}

/** Certificates that are believed, and our own: nobody else changes them. */
export function exportSettledFiles(destinations: readonly DestinationSettings[]): readonly string[] {
  return destinations
    .flatMap(({ target }) => [tlsOf(target)?.ca, tlsOf(target)?.cert])
    .filter((file) => file !== undefined);
}

function tlsOf(target: object): ClientTls | undefined {
  const tls = 'tls' in target ? (target.tls as ClientTls | false | undefined) : undefined;
  return tls === false ? undefined : tls;
}

/** INVARIANT: whatever the type, a secret in a file stands in its settings as `{file}` and nothing else does; so none is forgotten. */
function sourcesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('file' in value && typeof value.file === 'string') return [value.file];
  return Object.values(value).flatMap(sourcesIn);
}
