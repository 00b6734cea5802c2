// What leaves a node: what its configuration names, over a real log, to a control plane that the test plays.
import { createMemoryLog, fromUtf8, type JsonObject, openCommitment } from '@writ/core';
import { sampleDecision, sampleDraft, sampleLogIdentity, settableClock } from '@writ/core/testing';
import { expect, test } from 'vitest';
import type { PlaneRequest } from '../plane-client.ts';
import { answerLooks } from './answer-looks.ts';
import { discloseFacts } from './disclose-facts.ts';

const LOOK = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
type Answer = { readonly status: number; readonly body?: unknown };

async function logOf(count: number) {
  const log = createMemoryLog({ ...sampleLogIdentity('disclosing'), clock: settableClock(1_000) });
  for (let at = 0; at < count; at += 1)
    await log.writer.append(
      sampleDraft(
        { kind: 'decision', decision: sampleDecision() },
        { committed: { subject: { agent: { id: `bot-${at}` } }, arguments: { text: 'secret' } } },
      ),
    );
  return log;
}

/** A control plane that answers with `answer`, and what it was sent; ends with `done`. */
function played(answer: (request: PlaneRequest, body: JsonObject) => Answer) {
  const bodies: JsonObject[] = [];
  const done = Promise.withResolvers<void>();
  return {
    bodies,
    done,
    client: {
      send(request: PlaneRequest) {
        const body = request.body === undefined ? {} : (JSON.parse(fromUtf8(request.body)) as JsonObject);
        if (request.method === 'POST') bodies.push(body);
        const { status, body: said = {} } = answer(request, body);
        return Promise.resolve({ status, headers: {}, body: Buffer.from(JSON.stringify(said)) });
      },
    },
    report: () => undefined,
    // Every turn at once, and none after the test is over.
    pause: () => new Promise<void>((resolve) => void setImmediate(resolve)),
  };
}

test('each entry that is held is disclosed once, in order, with what opens it, and nothing that is not named', async () => {
  const { reader, state } = await logOf(600);
  const size = reader.size();
  let next = 0;
  let failures = 2;
  const plane = played(({ method }, { upTo }) => {
    // Away at first, and behind the node: it goes on from where it says.
    if (failures > 0) return { status: (failures -= 1) >= 0 ? 503 : 200 };
    if (method === 'POST') next = Number(upTo);
    if (next === size) plane.done.resolve();
    return { status: 200, body: { next, held: size } };
  });
  const follower = discloseFacts({ ...plane, reader, state, always: ['subject'] });
  await plane.done.promise;
  await follower.close();
  const sent = plane.bodies.slice(-4).flatMap(({ entries }) => entries as readonly JsonObject[]);
  expect(plane.bodies.every(({ entries }) => (entries as readonly unknown[]).length <= 256)).toBe(true);
  const indexes = sent.map(({ index }) => Number(index));
  expect(indexes).toEqual(indexes.toSorted((one, other) => one - other));
  expect(new Set(indexes).size).toBe(600);
  for (const { index, fields } of sent.slice(0, 20))
    for (const field of fields as unknown as Parameters<typeof openCommitment>[1][])
      expect(openCommitment(reader.entry(Number(index)).entry, field)).toBe(true);
  expect(JSON.stringify(plane.bodies)).not.toContain('secret');
});

test('nothing is asked or sent where nothing is named', async () => {
  const { reader, state } = await logOf(1);
  const plane = played(() => {
    throw new Error('asked');
  });
  await discloseFacts({ ...plane, reader, state, always: [] }).close();
  await answerLooks({ ...plane, reader, fields: [] }).close();
  expect(plane.bodies).toEqual([]);
});

test.each([
  ['what the configuration names is sent for a look', ['arguments'] as const, 'answered'],
  ['what the configuration does not name is sent to nobody, whoever asks', ['result'] as const, 'refused'],
])('%s', async (_what, fields, status) => {
  const { reader } = await logOf(1);
  const index = reader.size() - 1;
  const plane = played(({ method }) => {
    if (method === 'POST') plane.done.resolve();
    return method === 'POST'
      ? { status: 204 }
      : { status: 200, body: { items: [{ id: LOOK, index, fields: ['arguments', 'subject'] }] } };
  });
  const follower = answerLooks({ ...plane, reader, fields: [...fields] });
  await plane.done.promise;
  await follower.close();
  expect(plane.bodies[0]).toMatchObject({ status });
  expect(JSON.stringify(plane.bodies)).not.toContain('bot');
  expect(JSON.stringify(plane.bodies).includes('secret')).toBe(status === 'answered');
});
