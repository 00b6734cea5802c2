// The guard's straight line without disk and without sealing (architecture, section 7), whole and in its parts.
import {
  actionDigest,
  copyJson,
  type DetectorInput,
  type DigestedRequest,
  type EntryDraft,
  type JsonValue,
  type PolicyDecisionPoint,
  type PolicyQuery,
} from '@writ/core';

import { cedarPoint, constantPoint, DETECTORS, type Line, type LineOptions, openLine } from './line.ts';
import { measureRound, print, type Round, rssMb, summarise } from './measure.ts';
import { SERVER, typicalArguments, typicalCall, typicalResult } from './typical.ts';

const BYTES = 1_024;
const ROUNDS = 5;
const ROUND_MS = 1_000;
const STEP_ROUND_MS = 150;
/** Everything on the line is compiled well only after some thousand calls. */
const WARM_UP_MS = 3_000;

const cedar = cedarPoint();
const constant = constantPoint(cedar);
const args = typicalArguments(BYTES);
const result = typicalResult(BYTES);
const target = `${SERVER}/write_file`;

// Rounds of the whole line take turns, so that a disturbance of some seconds meets all of them.
const variants = [
  ['writ', { decisionPoint: cedar }, {}],
  ['none', { decisionPoint: constant }, {}],
  ['none', { decisionPoint: constant, detectors: [] }, { detectors: 0 }],
] as const satisfies readonly (readonly [string, LineOptions, object])[];
const lines = variants.map(() => [] as Round[]);
for (const [, options] of variants) await lineRound(options, WARM_UP_MS);
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [at, [, options]] of variants.entries()) lines[at]?.push(await lineRound(options, ROUND_MS));
}
for (const [at, [engine, , rest]] of variants.entries()) {
  print(
    'guard/line',
    { bytes: BYTES, engine, policies: 10, detectors: DETECTORS.length, ...rest },
    { ...summarise(lines[at] ?? []), rss_mb: rssMb() },
  );
}

await steps();

/** One round over a new line: what a log in memory keeps is not carried from round to round. */
async function lineRound(options: LineOptions, ms: number): Promise<Round> {
  const { guard, log } = await openLine(options);
  const action = typicalCall(BYTES);
  const perform = (): Promise<JsonValue> => Promise.resolve(result);
  const first = await guard.enforce(action, perform);
  if (first.outcome !== 'performed') throw new Error(`the call was not performed: ${first.message}`);
  globalThis.gc?.();
  const round = await measureRound(() => guard.enforce(action, perform), { ms });
  await guard.close();
  await log.close();
  return round;
}

/** The parts of the line, each alone. They do not add up to the whole: what they leave is promises, signals and copies. */
async function steps(): Promise<void> {
  const drafts: EntryDraft[] = [];
  const queries: PolicyQuery[] = [];
  const line = await openLine({
    decisionPoint: listening(cedar, queries),
    onDraft: (draft) => drafts.push(draft),
  });
  await line.guard.enforce(typicalCall(BYTES), () => Promise.resolve(result));
  await line.guard.close();
  await line.log.close();
  const [call, delivery] = queries;
  if (call === undefined || delivery === undefined) throw new Error('the line asked no policy');

  const request = digestedRequest(call);
  await step('copy the arguments', () => copyJson(args));
  await step('digest', () => actionDigest(request));
  await step('detect in the arguments', () => detectIn({ value: args, direction: 'arguments', target }));
  await step('detect in the result', () => detectIn({ value: result, direction: 'result', target }));
  await step('decide on the call', () => cedar.decide(call));
  await step('decide on the result', () => cedar.decide(delivery));
  await entries(drafts);
}

/** All detectors over one input, as the guard asks them: what they prepare of it they share. */
function detectIn(input: DetectorInput): void {
  for (const detector of DETECTORS) detector.detect(input);
}

async function step(name: string, run: () => unknown): Promise<void> {
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round += 1)
    rounds.push(await measureRound(run, { ms: STEP_ROUND_MS }));
  print('guard/step', { step: name, bytes: BYTES }, summarise(rounds.slice(1)));
}

/** Two entries as the line makes them: committed, printed, hashed into the tree; a new log for each round. */
async function entries(drafts: readonly EntryDraft[]): Promise<void> {
  const [decision, outcome] = drafts;
  if (decision === undefined || outcome?.detail.kind !== 'outcome')
    throw new Error('the line wrote no decision with its outcome');
  const { detail } = outcome;
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const { log }: Line = await openLine({ decisionPoint: cedar });
    const both = async (): Promise<void> => {
      const first = await log.writer.append(decision);
      if (first.status === 'refused') throw new Error(`refused: ${first.refusal}`);
      await log.writer.append({ ...outcome, detail: { ...detail, decisionOf: first.index } });
    };
    rounds.push(await measureRound(both, { ms: STEP_ROUND_MS }));
    await log.close();
  }
  print('guard/step', { step: 'two entries', bytes: BYTES }, summarise(rounds.slice(1)));
}

/** `point`, telling what it is asked. */
function listening(point: PolicyDecisionPoint, queries: PolicyQuery[]): PolicyDecisionPoint {
  return {
    ...point,
    decide(query) {
      queries.push(query);
      return point.decide(query);
    },
  };
}

function digestedRequest({ subject, initiator, phase, parts, context }: PolicyQuery): DigestedRequest {
  return {
    tenant: 'local',
    node: 'node-bench',
    session: context.session,
    subject,
    initiator,
    phase,
    parts,
    method: 'tools/call',
    args,
  };
}
