/** Files that hold what the gateway shows a server. */
import type { SecretSource, ServerConfiguration } from './types.ts';

/** The files with secrets that `server` names, absolute: no tool of an agent may reach them. */
export function secretFiles(server: ServerConfiguration): readonly string[] {
  if (!('url' in server)) return [];
  const { auth, tls } = server;
  const files = tls?.key === undefined ? [] : [tls.key];
  if (auth === undefined) return files;
  if (auth.kind === 'header') return [...files, ...fileOf(auth.value)];
  const { proof, dpop } = auth;
  if (dpop?.file !== undefined) files.push(dpop.file);
  if (proof === undefined) return files;
  return [...files, ...(proof.kind === 'key' ? [proof.file] : fileOf(proof.secret))];
}

function fileOf(source: SecretSource): readonly string[] {
  return 'file' in source ? [source.file] : [];
}
