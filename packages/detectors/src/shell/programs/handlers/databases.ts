/** Clients of databases, whose own commands can start a shell. */
import type { ShellWord } from '../../types.ts';
import type { Invocation } from '../invocation.ts';
import { runShellText } from '../shell-text.ts';
import { behind } from '../../strings.ts';

/** `\! command`, `.shell command`, `system command`. */
const SHELL: RegExp = /^\s*(?:\\!|\.(?:shell|system)\b|system\b|!)\s*/;
/** Other ways out: into a program, into a file, into code that is loaded. */
const OPEN: RegExp =
  /\\(?:copy|o|g|w|i|ir|include|set|setenv|gexec)\b|^[^\S\n\r\u2028\u2029]*\.(?!tables|schema|mode|headers|quit|exit|databases|indexes|width|timeout|help)|\bprogram\b|\binto\s+(?:outfile|dumpfile)\b|\bload_(?:file|extension)\b|\bload\s+data\b|\bcopy\b|\b(?:read|write)file\b|\bedit\s*\(|\battach\b|\bpg_(?:read|write)/im;

export function database(inv: Invocation): void {
  const isFile = inv.name === 'sqlite3' || inv.name === 'duckdb';
  const texts: ShellWord[] = inv
    .given('-c', '--command', '-e', '--execute', '--init-command', '-cmd')
    .flatMap(({ value }) => value ?? []);
  if (isFile) {
    const [file, ...others] = inv.operands;
    if (file !== undefined && file.value !== ':memory:') {
      inv.touch('read', file);
      inv.touch('write', file);
    }
    texts.push(...others);
  }
  for (const { value } of inv.given('-init')) {
    if (value !== undefined) inv.touch('read', value);
    inv.note('configured');
  }
  // `psql "host=name dbname=x"`.
  for (const { value, unresolved } of [
    ...inv.operands,
    ...inv.given('-d', '--dbname').flatMap((one) => one.value ?? []),
  ])
    for (const [, host = ''] of isFile ? [] : value.matchAll(/\bhost(?:addr)?\s*=\s*'?([^\s']+)/g))
      inv.host({ value: host, unresolved });
  const { stdin } = inv.state;
  if (stdin.kind === 'text') texts.push({ value: stdin.text.text, unresolved: stdin.text.unresolved });
  else if (isFile && texts.length === 0 && stdin.kind !== 'inherited') inv.note('piped-code');
  for (const text of texts) inspect(inv, text);
}

function inspect(inv: Invocation, { value, unresolved }: ShellWord): void {
  if (unresolved.length > 0) return inv.note('dynamic-code');
  if (OPEN.test(value)) inv.note('inline-code');
  for (const line of value.split('\n')) {
    const command = behind(line, SHELL) ?? '';
    if (command !== '') runShellText(inv, { value: command, unresolved: [] });
  }
}
