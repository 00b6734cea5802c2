/** What the server tells on standard error: one JSON object a line, with no secret in it. */
import { describeFault, isFault, singleLine } from '@writ/core';

/** Tells of one thing that happened. */
export type Report = (
  level: 'info' | 'warn' | 'error',
  event: string,
  fields?: Readonly<Record<string, string | number | boolean>>,
) => void;

/** What looks like a token, key or link: long and without spaces. */
const SECRETS = /[A-Za-z0-9_+/=-]{40,}/g;
/** User and password of an address. */
const USER_INFO = /:\/\/[^\s/@]+@/g;

/** Reports through `write`, a line each. */
export function createReport(write: (line: string) => void, now: () => number): Report {
  return (level, event, fields = {}) =>
    write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`);
}

/** What may be told of `thrown`: of a fault its words, which hold no secret; of anything else what is left without whatever looks like one. */
export function faultFields(thrown: unknown): Readonly<Record<string, string>> {
  if (isFault(thrown)) return { code: thrown.code, message: withoutSecrets(describeFault(thrown)) };
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  const stack = thrown instanceof Error ? (thrown.stack ?? '') : '';
  const at = stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 4)
    .map((line) => line.trim());
  return {
    code,
    message: withoutSecrets(`${name}: ${describeFault(thrown)}`),
    at: singleLine(at.join(' < ')),
  };
}

export function withoutSecrets(text: string): string {
  return singleLine(text).replace(USER_INFO, '://…@').replace(SECRETS, '…');
}
