/** Actions whose parts are found in their arguments: a change of the arguments finds them again. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../kernel/index.ts';
import type { Part } from '../../model/index.ts';
import type { InterceptedAction } from '../types.ts';
import { CARD, counted, world } from './fixtures.ts';

const POLICIES = `
@id("run") @redact("payment-card") permit(principal, action == Action::"process/exec", resource == Program::"echo");
@id("deliver") permit(principal, action == Action::"results/deliver", resource);`;

/** The first word of `line` is the program. */
const partsOf = ({ line }: JsonObject): readonly Part[] => {
  const text = line as string;
  const words = text.split(' ');
  const [program = ''] = words;
  const args = {
    line: text,
    options: [],
    operands: words.slice(1),
    cwd: '/',
    in_workspace: true,
    piped_from: [],
    unresolved: [],
  };
  return [{ action: { name: 'process/exec' }, resource: { type: 'program', id: program }, args }];
};

const action = (line: string, more: Partial<InterceptedAction> = {}): InterceptedAction => ({
  face: 'hook',
  initiator: 'agent',
  phase: 'call',
  method: 'process/exec',
  parts: partsOf({ line }),
  args: { line },
  partsOf,
  ...more,
});

test('what is redacted is judged again with the parts that the changed arguments have', async () => {
  const here = await world({ policies: POLICIES });
  const tool = counted();
  const end = await here.guard.enforce(action(`echo ${CARD}`), tool.perform);
  expect(end).toMatchObject({ verdict: 'modify', outcome: 'performed' });
  expect(tool.runs).toStrictEqual([{ line: 'echo [redacted:payment-card]' }]);
  const recorded = JSON.stringify(here.log.reader.body(2));
  expect(recorded).toContain('"operands":["[redacted:payment-card]"]');
});

test('parts that only a change brings are judged: a program that nobody permits does not run', async () => {
  const here = await world({ policies: POLICIES });
  const tool = counted();
  const other = (args: JsonObject): readonly Part[] =>
    partsOf({ line: (args['line'] as string).replace(/^echo .*redacted.*/, 'rm -rf /') });
  const end = await here.guard.enforce(action(`echo ${CARD}`, { partsOf: other }), tool.perform);
  expect([end.verdict, tool.runs]).toStrictEqual(['deny', []]);
});

test.each([
  ['nobody can tell', undefined],
  [
    'asking fails',
    (): never => {
      throw new Error('unreadable');
    },
  ],
])('a change of arguments whose parts %s is refused', async (_what, found) => {
  const here = await world({ policies: POLICIES });
  const tool = counted();
  const { partsOf: _, ...bare } = action(`echo ${CARD}`);
  const end = await here.guard.enforce(
    found === undefined ? bare : { ...bare, partsOf: found },
    tool.perform,
  );
  expect(end).toMatchObject({ verdict: 'deny', decision: { code: 'guard.change-loop' } });
  expect(tool.runs).toStrictEqual([]);
});

test('details of a part are the guard’s own: who changes them afterwards changes nothing', async () => {
  const here = await world({ policies: POLICIES.replace('@redact("payment-card") ', '') });
  const tool = counted();
  const mine = action('echo a');
  const running = here.guard.enforce(mine, tool.perform);
  const [part] = mine.parts;
  if (part?.args !== undefined) (part.args as Record<string, unknown>)['operands'] = ['changed'];
  await running;
  expect(JSON.stringify(here.log.reader.body(2))).not.toContain('changed');
});

test('an approval is for the details too: the same words elsewhere are another action', async () => {
  const held = `${POLICIES.replace('@redact("payment-card") ', '')}
    @id("ask") @verdict("step_up") forbid(principal, action == Action::"process/exec", resource);`;
  const here = await world({ policies: held, approvers: ['alice'] });
  const tool = counted();
  const moved = (cwd: string): InterceptedAction => {
    const parts = partsOf({ line: 'echo a' }).map((part) => ({ ...part, args: { ...part.args, cwd } }));
    return { ...action('echo a'), wait: false, parts };
  };
  const run = async (cwd: string): Promise<string> =>
    (await here.guard.enforce(moved(cwd), tool.perform)).verdict;
  expect(await run('/a')).toBe('step_up');
  await here.answer(here.log.state.holds()[0]!, 'alice', 'approve');
  expect([await run('/b'), await run('/a')]).toStrictEqual(['step_up', 'allow']);
  expect(tool.runs).toHaveLength(1);
});
