/**
 * The main job, end to end: a real MCP client works through Writ against real MCP servers, a person and an operator step in from other
 * processes, and then the record is verified offline and tampered with. Exits with 1 where anything comes out otherwise than it must.
 */
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Act, acts } from './acts.ts';
import { type Agent, connectAgent } from './client.ts';
import { answerHold } from './answer-hold.ts';
import { check, heading, row, say } from './print.ts';
import { noteOf, verdictOf } from './read-answer.ts';
import { runWrit } from './run-writ.ts';
import { copyData, TAMPERINGS } from './tampering.ts';
import { makeWorld, type World } from './world.ts';

/** After this many acts the data folder is copied, so that somebody can later pretend that nothing came after. */
const EARLY = 9;

let failures = 0;

function hold(isGood: boolean, text: string): void {
  if (!isGood) failures += 1;
  check(isGood, text);
}

const started = Date.now();
const world = await makeWorld();
try {
  heading('A governed agent: the official MCP client → writ mcp → files, memory and tickets');
  const agent = await connectAgent(world);
  say(`    ${agent.tools.length} tools are visible to the agent`);
  for (const [index, act] of acts(world).entries()) {
    if (index === EARLY) cpSync(world.data, join(world.root, 'early'), { recursive: true });
    await play(world, agent, act, index + 1);
  }
  await agent.close();
  await verify(world);
  await tamper(world);
} finally {
  if (process.argv.includes('--keep')) say(`\nEverything is kept in ${world.root}`);
  else world.remove();
}
heading(
  failures === 0
    ? `All of it came out as it must, in ${((Date.now() - started) / 1000).toFixed(1)} s.`
    : `${failures} things came out otherwise than they must.`,
);
process.exitCode = failures === 0 ? 0 : 1;

async function play(here: World, agent: Agent, act: Act, number: number): Promise<void> {
  if (act.before !== undefined) {
    const end = await runWrit(here, [...act.before, '--config', here.config]);
    if (end.code !== 0) throw new Error(`writ ${act.before.join(' ')} failed: ${end.stderr}`);
  }
  let meanwhile: Promise<void> = Promise.resolve();
  const isAsked = Promise.withResolvers<void>();
  if (act.meanwhile !== undefined) meanwhile = answerHold(here, act.meanwhile, isAsked.promise);
  let answer = await agent.call(act.tool, act.args, isAsked.resolve);
  await meanwhile;
  // A person slower than the hold: the agent repeats exactly its call, as the refusal told it to.
  if (act.meanwhile !== undefined && verdictOf(answer, act) === 'step_up') {
    answer = await agent.call(act.tool, act.args, () => {});
  }
  const verdict = verdictOf(answer, act);
  const isGood =
    verdict === act.expected &&
    answer.text.includes(act.says) &&
    (act.never === undefined || !answer.text.includes(act.never));
  if (!isGood) failures += 1;
  row(number, act, verdict, isGood ? noteOf(answer) : `EXPECTED ${act.expected}, “${act.says}”`);
  if (!isGood) say(`    ${answer.text}`);
}

async function verify(here: World): Promise<void> {
  heading('The record, verified offline with a key that the verifier brought');
  const noted = await runWrit(here, ['log', 'checkpoint', '--config', here.config]);
  if (noted.code !== 0) throw new Error(`writ log checkpoint failed: ${noted.stderr}`);
  writeFileSync(join(here.root, 'noted-checkpoint'), noted.stdout);
  const end = await runWrit(here, ['log', 'verify', here.data, '--key', here.logKey, '--json']);
  const report = JSON.parse(end.stdout) as { ok: boolean; size: number; root: string; uncovered: number };
  hold(
    end.code === 0 && report.ok,
    `${report.size} entries, root ${report.root.slice(0, 16)}…, ${report.uncovered} uncovered`,
  );
  const keyless = await runWrit(here, [
    'log',
    'verify',
    join(here.data, 'log'),
    '--key',
    join(here.root, 'writ.yaml'),
    '--json',
  ]);
  hold(keyless.code !== 0, 'without a trusted key nothing is called verified');
}

async function tamper(here: World): Promise<void> {
  heading('Copies of it, tampered with');
  for (const [index, { title, caughtAs, alter, needsNotedCheckpoint }] of TAMPERINGS.entries()) {
    const copy = copyData(here, String(index));
    alter(copy, join(here.root, 'early'));
    const noted = needsNotedCheckpoint === true ? ['--checkpoint', join(here.root, 'noted-checkpoint')] : [];
    const end = await runWrit(here, ['log', 'verify', copy, '--key', here.logKey, ...noted, '--json']);
    const report = JSON.parse(end.stdout) as { ok: boolean; problems: string[] };
    const problem = report.problems.find((text) => text.startsWith(`${caughtAs}:`));
    hold(
      end.code === 1 && !report.ok && problem !== undefined,
      `${title}: ${problem ?? `NOT CAUGHT AS ${caughtAs}: ${report.problems.join('; ')}`}`,
    );
  }
}
