/** Whether a pattern of file names asks for names under which secrets are kept. */
import { matchesWildcard } from '@writ/core';

/** Most readings of one pattern, and its longest text; beyond them it counts as asking. */
const MAX_READINGS = 64;
const MAX_LENGTH = 1024;
const FILES: readonly string[] =
  '.env .env.local .env.production .envrc .npmrc .netrc .pypirc .pgpass .htpasswd a.pem a.key a.p12 a.pfx a.jks a.kdbx a.keystore id_rsa id_ed25519 credentials credentials.json secrets.yml secrets.json a.tfstate a.tfvars'.split(
    ' ',
  );
const FOLDERS: readonly string[] = ['.ssh', '.aws', '.gnupg', '.kube', '.docker', '.azure'];
/** A pattern that finds these, too, looks for everything. */
const BLAND: readonly string[] = ['index.ts', 'main.go', 'app.py', 'README.md', 'config.json', 'styles.css'];

/** Whether `pattern` (`*`, `?`, `[…]`, `{a,b}`, `@(a|b)`) names, among all names, those of secrets. */
export function asksForSecrets(pattern: string): boolean {
  if (pattern.length > MAX_LENGTH) return true;
  const readings = alternatives(pattern.replace(/!\([^()]*\)/g, '*'));
  return readings === undefined || readings.some(asks);
}

function asks(pattern: string): boolean {
  const names = pattern.split('/');
  // Some readers find hidden names by `*`, too: a letter in front makes them plain.
  const matches = (name: string, sample: string): boolean => matchesWildcard(`x${name}`, `x${sample}`);
  const finds = (name: string, samples: readonly string[]): boolean =>
    samples.some((sample) => matches(name, sample)) && !BLAND.some((sample) => matches(name, sample));
  return finds(names.at(-1) ?? '', FILES) || names.some((name) => finds(name, FOLDERS));
}

/** `a{b,c}` as `ab` and `ac`; groups within each other too. `undefined` for too many. */
export function alternatives(pattern: string): readonly string[] | undefined {
  let open = [pattern];
  const whole: string[] = [];
  while (open.length > 0) {
    const next: string[] = [];
    for (const text of open) {
      const [group, inner = '', braced] = /[@+?*]?\(([^(){}]*)\)|\{([^(){}]*)\}/.exec(text) ?? [];
      if (group === undefined) whole.push(text);
      else {
        const words = braced === undefined ? inner.split('|') : braced.split(',');
        const none = /^[?*]\(/.test(group) ? [''] : [];
        next.push(...[...words, ...none].map((word) => text.replace(group, () => word)));
      }
    }
    if (whole.length + next.length > MAX_READINGS) return undefined;
    open = next;
  }
  return whole;
}
