/** `writ case breach`: the notification of a breach, filled from the record. */
import { createHash } from 'node:crypto';
import { Fault, systemClock } from '@writ/core';
import { findCase, printBreach, surveyBreach } from '@writ/core/records';
import { locate, type LocateOptions, readData, writeData, writeNewFile } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { printJson, remark, visible, write } from '../../terminal/index.ts';
import { applyChange } from './change.ts';

/** Flags of the command. */
export interface BreachOptions extends LocateOptions {
  readonly from: number;
  readonly to?: number;
  readonly agent?: string;
  readonly server?: string;
  readonly tool?: string;
  readonly reveal?: boolean;
  readonly out?: string;
}

/** Surveys the period and writes the document. With `--out` its hash is recorded as a step of the case. */
export async function breach(id: string, options: BreachOptions): Promise<number> {
  const located = locate(options);
  const { from, to = systemClock.now(), agent, server, tool, reveal = false, out } = options;
  if (from >= to)
    throw new Fault('cli.usage', '`--from` is not before `--to`', { hint: 'name the earlier instant first' });
  const { text, survey } = await readData(located.data, ({ state, reader }) => {
    const subjectCase = findCase(state, id);
    if (subjectCase.type !== 'breach')
      throw new Fault('case.refused', `case \`${id}\` is about ${subjectCase.type}, not about a breach`, {
        hint: '`writ case list` shows which is',
      });
    const scope = {
      from,
      to,
      ...(agent === undefined ? {} : { agent }),
      ...(server === undefined ? {} : { server }),
      ...(tool === undefined ? {} : { tool }),
    };
    const found = surveyBreach(reader, scope);
    return {
      survey: found,
      text: printBreach({ subjectCase, survey: found, origin: reader.origin, withPeople: reveal }),
    };
  });
  // A name that is spelt wrongly would else become a notification that says that nothing was open.
  if (survey.actions === 0)
    remark(
      `nothing was permitted${ofWhom(options)} in this period: the document says so. Names are compared letter by letter`,
    );
  const hash = createHash('sha256').update(text).digest('hex');
  let receipt: string | undefined;
  if (out !== undefined) {
    writeNewFile(out, text);
    const change = { action: 'step', step: 'assessed', evidence: [{ sha256: hash }] } as const;
    ({ receipt } = await writeData(located, (data) => applyChange(data, id, change)));
    remark(`${out}, SHA-256 ${hash}, receipt ${receipt}`);
  }
  if (options.json === true) {
    const { actions, people, isCut, categories, purposes, agents, targets, unread } = survey;
    const counts = { actions, people: people.size, isCut, categories, purposes, agents, targets, unread };
    const names = reveal ? { names: Object.fromEntries(people) } : {};
    printJson({ id, ...counts, ...names, sha256: hash, ...(receipt === undefined ? {} : { receipt }) });
  } else if (out === undefined) write(text);
  return EXIT_OK;
}

function ofWhom({ agent, server, tool }: BreachOptions): string {
  const parts = Object.entries({ agent, server, tool }).flatMap(([what, name]) =>
    name === undefined ? [] : [`${what} \`${visible(name)}\``],
  );
  return parts.length === 0 ? '' : ` of ${parts.join(' and ')}`;
}
