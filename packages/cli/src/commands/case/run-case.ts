/** `writ case run`: does what a case asks for, as far as the record can, and keeps what shows it. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Fault } from '@writ/core';
import {
  type CaseChange,
  type CaseEvidence,
  erasureEvidence,
  findCase,
  printSubjectCsv,
  printSubjectJson,
  type StandingCase,
  subjectExport,
} from '@writ/core/records';
import {
  locate,
  type Located,
  type LocateOptions,
  makeNewFolder,
  type WriteData,
  writeData,
  writeNewFile,
} from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { confirm, counted, isInteractive, print, printJson, remark } from '../../terminal/index.ts';
import { eraseFrom, purgeFiles, recordsLog } from '../data/index.ts';
import { applyChange } from './change.ts';

/** Flags of the command. */
export interface RunOptions extends LocateOptions {
  readonly out?: string;
  readonly yes?: boolean;
}

/** What was done, and the step that says so. */
interface Work {
  readonly change: CaseChange;
  readonly words?: string;
  /** For the answer; names nobody. */
  readonly told: Readonly<Record<string, string | number | readonly string[]>>;
}

/** What takes something of the person away: part of it where the rest is deferred, the name in the case where nothing else was held. */
const FORGETTING: readonly unknown[] = ['erased', 'deferred', 'nothing_held'];

/** Erases, hands out or restricts. Ends with 1 where a legal hold defers it, or something else is left. */
export async function run(id: string, options: RunOptions): Promise<number> {
  const located = locate(options);
  const { status, told, receipt } = await writeData(located, async (data) => {
    const work = await workOf(findCase(data.state, id), located, data, options);
    const said = work.words === undefined ? {} : { words: work.words };
    const done = await applyChange(data, id, work.change, said);
    return { status: done.next.status, told: work.told, receipt: done.receipt };
  });
  const { left } = FORGETTING.includes(told['did']) ? await purgeFiles(located.data) : { left: [] };
  for (const one of left) remark(one);
  if (options.json === true) printJson({ id, status, ...told, receipt });
  else {
    const rest = Object.entries(told).map(([name, value]) => `${name} ${String(value)}`);
    print(`${rest.join(', ')}; ${status}, receipt ${receipt}`);
  }
  return told['did'] === 'deferred' || left.length > 0 ? EXIT_NEGATIVE : EXIT_OK;
}

function workOf(one: StandingCase, located: Located, data: WriteData, options: RunOptions): Promise<Work> {
  requireReady(one);
  switch (one.type) {
    case 'erasure':
      return erase(one, located, data, options);
    case 'access':
    case 'portability':
      return Promise.resolve(handOut(one, data, options));
    case 'restriction':
    case 'objection':
      return Promise.resolve({ change: { action: 'step', step: 'restrict' }, told: { did: 'restricted' } });
    case 'rectification':
    case 'breach':
      throw new Fault('case.refused', `a case of type \`${one.type}\` is no work of one command`, {
        hint:
          one.type === 'breach'
            ? '`writ case breach` writes the notification'
            : '`writ case correct`, then `writ case notify`',
      });
    default:
      return one.type satisfies never;
  }
}

/** INVARIANT: nothing is erased or handed out in a case that could not take the step that tells of it. */
function requireReady({ id, type, status, steps, subject }: StandingCase): void {
  if (status === 'closed')
    throw new Fault('case.refused', `case \`${id}\` is closed`, { hint: 'open another one' });
  if (!steps.some(({ step }) => step === 'identity_verified'))
    throw new Fault('case.refused', `nobody has verified yet who asks in case \`${id}\``, {
      hint: 'step `identity_verified` first',
    });
  if (subject.length === 0 && type !== 'breach')
    throw new Fault('case.refused', `case \`${id}\` names nobody any more: its person was erased`, {
      hint: 'close it; for another name of the person open another case',
    });
}

async function erase(
  one: StandingCase,
  located: Located,
  data: WriteData,
  { yes }: RunOptions,
): Promise<Work> {
  if (yes !== true && !(isInteractive() && (await confirm('Erase the person for good?'))))
    throw new Fault('cli.usage', 'an erasure has no way back and is not confirmed', {
      hint: 'say `--yes` where nobody is there to ask',
    });
  const report = await eraseFrom(located, data, { identifiers: one.subject, forCase: one.id });
  const { destroyed, resealed } = report;
  const counts = { destroyed, resealed };
  switch (report.status) {
    case 'deferred': {
      const holds = report.held.map(({ id }) => id);
      return {
        change: { action: 'step', step: 'deferred' },
        words: `kept by the legal holds ${holds.join(', ')}`,
        told: { did: 'deferred', ...counts, holds },
      };
    }
    case 'done': {
      const evidence = erasureEvidence(report.entries);
      if (evidence.length === 0)
        return { change: { action: 'step', step: 'nothing_held' }, told: { did: 'nothing_held', ...counts } };
      return { change: { action: 'step', step: 'erased', evidence }, told: { did: 'erased', ...counts } };
    }
    case 'waiting':
    case 'unfinished':
      throw new Fault(
        'case.refused',
        `the erasure is ${report.status}: ${counted(destroyed, 'body is', 'bodies are')} gone, others are left`,
        {
          hint: 'run it again once held actions are answered and nobody writes about the person',
        },
      );
    default:
      return report.status satisfies never;
  }
}

/** JSON and CSV, for this user alone, never over a file that is there. */
function handOut(one: StandingCase, data: WriteData, { out }: RunOptions): Work {
  if (out === undefined)
    throw new Fault('cli.usage', 'nobody said where to', { hint: 'name a new folder with `--out`' });
  const { header, items } = subjectExport({
    log: recordsLog(data),
    identifiers: one.subject,
    former: data.former(),
  });
  const all = [...items];
  makeNewFolder(out);
  const evidence = [
    ['data.json', [...printSubjectJson(header, all)].join('')],
    ['data.csv', [...printSubjectCsv(all)].join('')],
  ].map(([name = '', text = '']): CaseEvidence => {
    writeNewFile(join(out, name), text);
    return { sha256: createHash('sha256').update(text).digest('hex') };
  });
  return {
    change: { action: 'step', step: 'exported', evidence },
    told: { did: 'exported', items: all.length },
  };
}
