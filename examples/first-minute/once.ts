/** Every act once through the gateway beside the control plane, and then what both have of it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Act } from '../story/acts.ts';
import { answerHold } from '../story/answer-hold.ts';
import { check, heading, row, say } from '../story/print.ts';
import { noteOf, verdictOf } from '../story/read-answer.ts';
import { runWrit } from '../story/run-writ.ts';
import type { World } from '../story/world.ts';
import { connectOverHttp } from './agent.ts';
import type { RunningPlane } from './plane.ts';

const CALL_MS = 60_000;

/** Plays, verifies and ends it; answers how many things came out otherwise than they must. */
export async function playOnce(world: World, plane: RunningPlane, acting: readonly Act[]): Promise<number> {
  let failures = 0;
  const hold = (isGood: boolean, text: string): void => {
    if (!isGood) failures += 1;
    check(isGood, text);
  };
  heading('A governed agent: the official MCP client → the gateway of `writ up` → files, memory and tickets');
  const agent = await connectOverHttp(plane.gateway, CALL_MS);
  for (const [index, act] of acting.entries()) {
    if (act.before !== undefined) await mustRun(world, [...act.before, '--config', world.config]);
    const asked = Promise.withResolvers<void>();
    const meanwhile =
      act.meanwhile === undefined ? Promise.resolve() : answerHold(world, act.meanwhile, asked.promise);
    let answer = await agent.call(act.tool, act.args, asked.resolve);
    await meanwhile;
    // A person slower than the hold: the agent repeats exactly its call, as the refusal told it to.
    if (act.meanwhile !== undefined && verdictOf(answer, act) === 'step_up')
      answer = await agent.call(act.tool, act.args, () => undefined);
    const verdict = verdictOf(answer, act);
    const isGood = verdict === act.expected && answer.text.includes(act.says);
    if (!isGood) failures += 1;
    row(index + 1, act, verdict, isGood ? noteOf(answer) : `EXPECTED ${act.expected}, “${act.says}”`);
    if (!isGood) say(`    ${answer.text}`);
  }
  await agent.close().catch(() => undefined);
  heading('What both have of it');
  const site = await fetch(plane.url, { headers: { accept: 'text/html' } });
  hold(site.ok, `the web interface answers at ${plane.url}`);
  hold((await plane.end()) === 0, 'the control plane and its gateway ended in order');
  const key = join(world.root, 'gateway.vkey');
  writeFileSync(key, `${plane.gateway_log}\n`);
  const verified = await runWrit(world, ['log', 'verify', world.data, '--key', key, '--json']);
  const report = JSON.parse(verified.stdout) as { ok: boolean; size: number };
  hold(
    verified.code === 0 && report.ok,
    `${report.size} entries of the gateway verify with the key that it printed`,
  );
  return failures;
}

async function mustRun(world: World, args: readonly string[]): Promise<void> {
  const end = await runWrit(world, args);
  if (end.code !== 0) throw new Error(`writ ${args.join(' ')} failed: ${end.stderr}`);
}
