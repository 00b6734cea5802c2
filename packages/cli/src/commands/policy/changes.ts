/** Decisions that change, as lines and as JSON. They show arguments: for the operator's terminal. */
import type { ChangeGroup, DecisionChange } from '@writ/core';
import { print, styled, styledVerdict, visible } from '../../terminal/index.ts';

/** Longest arguments shown of an example, in UTF-16 units. */
const MAX_SHOWN = 160;

/** One group with its examples. `origin`: of the log that examples come from. */
export function printGroups(groups: readonly ChangeGroup[], origin = ''): void {
  for (const { from, to, fields, before, after, count, examples } of groups) {
    const what =
      from === to
        ? `${styledVerdict(to)}, otherwise in ${fields.join(', ')}`
        : `${styledVerdict(from)} → ${styledVerdict(to)}`;
    print(`${what}  ${styled('bold', String(count))} ${count === 1 ? 'decision' : 'decisions'}`);
    print(`  determined before by ${named(before)}, now by ${named(after)}`);
    for (const example of examples) print(`  ${exampleLine(example, origin)}`);
  }
}

function named(ids: readonly string[]): string {
  return ids.length === 0 ? 'no policy' : ids.map((id) => `\`${visible(id)}\``).join(', ');
}

function exampleLine({ query, index }: DecisionChange, origin: string): string {
  const { subject, parts, context, initiatingServer } = query;
  const [part] = parts;
  const who = initiatingServer === undefined ? subject.agent.id : `server ${initiatingServer}`;
  const more = parts.length > 1 ? ` and ${parts.length - 1} more` : '';
  const { args, session, time, ...facts } = context;
  const told = Object.fromEntries(
    Object.entries({
      args,
      ...facts,
      person: subject.person,
      labels: session.labels,
      team: subject.agent.team,
    }).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
  const text = JSON.stringify({ ...told, time: new Date(time).toISOString() });
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN).toWellFormed()}…` : text;
  const receipt = index === undefined ? 'for example' : `${origin}#${index}`;
  return visible(
    `${receipt}: ${who}: ${part?.action.name ?? ''} on ${part?.resource.id ?? ''}${more} ${shown}`,
  );
}

/** A group as data. */
export function groupJson(
  { from, to, fields, before, after, count, examples }: ChangeGroup,
  origin = '',
): unknown {
  return {
    from,
    to,
    fields,
    before,
    after,
    count,
    examples: examples.map(({ query, index }) => ({
      ...(index === undefined ? {} : { receipt: `${origin}#${index}` }),
      request: { ...query, lifted: [...query.lifted] },
    })),
  };
}
