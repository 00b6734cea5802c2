/** What a server inherits of the gateway's environment: what a program needs to start, and nothing that may be a secret. */

/** Names that are passed on. Everything else reaches a server only through its `env` in `writ.yaml`. */
export const INHERITED_NAMES: readonly string[] = [
  'HOME',
  'LANG',
  'LANGUAGE',
  'LOGNAME',
  'PATH',
  'SHELL',
  'TEMP',
  'TERM',
  'TMP',
  'TMPDIR',
  'TZ',
  'USER',
  // Windows does not start programs without these.
  'APPDATA',
  'COMSPEC',
  'HOMEDRIVE',
  'HOMEPATH',
  'LOCALAPPDATA',
  'PATHEXT',
  'PROGRAMFILES',
  'SYSTEMDRIVE',
  'SYSTEMROOT',
  'USERNAME',
  'USERPROFILE',
  'WINDIR',
];

/** The environment of a server: inherited names and `LC_*` of `own`, then `configured`, which wins. */
export function upstreamEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  configured: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && (INHERITED_NAMES.includes(name.toUpperCase()) || name.startsWith('LC_'))) {
      environment[name] = value;
    }
  }
  return { ...environment, ...configured };
}
