/** Flags that the commands of cases share, and what is read from them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { Fault, type LogReader } from '@writ/core';
import type { CaseEvidence } from '@writ/core/records';
import type { LocateOptions } from '../../data/index.ts';
import { collect } from '../../run.ts';

/** Flags of every change. */
export interface ChangeOptions extends LocateOptions {
  readonly words?: string;
  readonly evidence: readonly string[];
}

/** Milliseconds of a day. */
export const DAY_MS = 86_400_000;

/** Adds the flags that name the configuration, the folder and the form of the answer. */
export function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}

/** Adds what may be said with a change; all of it is sealed. */
export function saying(command: Command): Command {
  return shared(command)
    .option('--words <text>', 'what happened, in words; sealed')
    .option(
      '--evidence <what>',
      'what shows it: a receipt of this log, `sha256:HEX`, or a file, whose hash is kept; may be repeated',
      collect,
      [],
    );
}

/** `--reveal`. */
export function revealing(command: Command): Command {
  return shared(command).addOption(
    new Option('--reveal', 'show whom it is about; without it, only the first character of each name'),
  );
}

/** The evidence that `given` names. Throws `case.refused` for a receipt that is none of this log, `io.failed` for a file that is not there. */
export function readEvidence(given: readonly string[], reader: LogReader): readonly CaseEvidence[] {
  return given.map((text) => {
    const hash = /^sha256:([0-9a-f]{64})$/.exec(text)?.[1];
    if (hash !== undefined) return { sha256: hash };
    const index = /^(?:(.+)#)?(\d{1,15})$/.exec(text);
    if (index === null) return { sha256: hashOf(text) };
    const [, origin = reader.origin, number = ''] = index;
    if (origin !== reader.origin || Number(number) >= reader.size())
      throw new Fault('case.refused', `\`${text}\` is no receipt of this log`, {
        hint: '`writ log tail` shows them; another log’s receipt is given as a file',
      });
    return { receipt: Number(number) };
  });
}

function hashOf(file: string): string {
  if (!existsSync(file))
    throw new Fault('io.failed', `there is no file \`${file}\``, {
      hint: 'evidence is a receipt of this log, `sha256:HEX`, or a file',
    });
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** An instant: ISO 8601 with its zone. */
export function parseInstant(text: string): number {
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isInteger(instant)) return instant;
  throw new InvalidArgumentError('expected an instant with its zone, as 2026-05-04T09:30:00Z');
}

/** Days, as milliseconds. */
export function parseDays(most: number): (text: string) => number {
  return (text) => {
    const days = /^[1-9]\d{0,2}$/.test(text) ? Number(text) : Number.NaN;
    if (days <= most) return days * DAY_MS;
    throw new InvalidArgumentError(`expected 1 to ${most} days`);
  };
}
