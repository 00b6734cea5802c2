/** Questions to the person at the terminal: plain, yes or no, and hidden for passphrases. */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { Fault } from '@writ/core';

/** Whether somebody is there to answer. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** The answer to `question`, or `fallback` for an empty one. Asked on standard error, so that answers on standard output stay clean. */
async function ask(question: string, fallback: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = (await lines.question(`${question} [${fallback}] `)).trim();
    return answer === '' ? fallback : answer;
  } finally {
    lines.close();
  }
}

/** Whether the person says yes; anything but `y` and `yes` is no. */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} (y/N)`, 'N'));
}

/**
 * The passphrase: the first line of `file` where one is given, else typed without being shown. Throws `key.passphrase` where nobody can type.
 */
export async function askPassphrase(question: string, file?: string): Promise<string> {
  if (file !== undefined) return readPassphraseFile(file);
  if (!isInteractive()) {
    const hint = 'run it on a terminal, or name a file with `--passphrase-file`';
    throw new Fault('key.passphrase', 'a passphrase is needed and nobody can type one', { hint });
  }
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: hidden, terminal: true });
  try {
    process.stderr.write(`${question}: `);
    return await lines.question('');
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

function readPassphraseFile(file: string): string {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/, 1)[0] ?? '';
  } catch (cause) {
    throw new Fault('cli.usage', `cannot read the passphrase file \`${file}\``, { file }, { cause });
  }
}
