// A data folder sent to a mirror, without a node that runs.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fromUtf8 } from '../../kernel/index.ts';
import { addSignatures, cosign, parseNote } from '../../proof/index.ts';
import { type SampleLog, sampleSigner } from '../../testing/index.ts';
import type { WitnessTransport } from '../witness/index.ts';
import { MIRROR, mirrorWorld, nodeLog, ORIGIN, scratchFolder, sendAll, wireTo } from './fixtures.ts';
import { replicateFolder } from './index.ts';

const mirror = { name: 'centre', key: MIRROR.key, url: 'https://mirror.example/' };
const { signal } = new AbortController();

/** The published log of a data folder, replaced. */
function publish(path: string, log: SampleLog): void {
  for (const [file, bytes] of log.files) {
    mkdirSync(dirname(join(path, 'log', file)), { recursive: true });
    writeFileSync(join(path, 'log', file), bytes);
  }
}

const checkpointOf = (path: string): Uint8Array => readFileSync(join(path, 'log/checkpoint'));

describe('a published log', () => {
  test('is sent whole, told of on the way, and has the cosignature beside those it had', async () => {
    const [path, world, log] = [scratchFolder(), await mirrorWorld(), nodeLog(9_000)];
    publish(path, log);
    const witness = sampleSigner('w.example/1', 70, 'cosignature/v1');
    const line = cosign(parseNote(checkpointOf(path)).text, witness, 5);
    writeFileSync(join(path, 'log/checkpoint'), addSignatures(checkpointOf(path), [line]));
    const bodies: string[] = [];
    const wire = wireTo(() => world.mirror);
    const transport: WitnessTransport = {
      post(url, body, ...rest) {
        if (url === 'https://mirror.example/add-checkpoint') bodies.push(fromUtf8(body));
        return wire.post(url, body, ...rest);
      },
    };
    const told: number[] = [];
    const progress = (entries: number): number => told.push(entries);
    const replicated = await replicateFolder({ path, mirror, transport, signal, progress });
    expect(replicated).toEqual({ origin: ORIGIN, size: 9_000 });
    expect(told).toEqual([0, 8_192, 9_000]);
    const names = parseNote(checkpointOf(path)).signatures.map(({ name }) => name);
    expect(names.toSorted()).toEqual([MIRROR.key.name, ORIGIN, 'w.example/1'].toSorted());
    // The mirror is sent what the log signed, and nobody else's lines.
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).not.toContain('w.example/1');
  });

  test('that grew under another process meanwhile is offered anew', async () => {
    const [path, world] = [scratchFolder(), await mirrorWorld()];
    publish(path, nodeLog(10));
    let asked = 0;
    const wire = wireTo(() => world.mirror);
    const transport: WitnessTransport = {
      async post(...request) {
        asked += 1;
        if (asked === 1) {
          await sendAll(nodeLog(20), 20, world.mirror);
          publish(path, nodeLog(20));
        }
        return wire.post(...request);
      },
    };
    expect(await replicateFolder({ path, mirror, transport, signal })).toEqual({ origin: ORIGIN, size: 20 });
  });

  test('of which the mirror saw more is corrupt, and nothing of it is changed', async () => {
    const [path, world] = [scratchFolder(), await mirrorWorld()];
    await sendAll(nodeLog(20), 20, world.mirror);
    publish(path, nodeLog(10));
    const before = checkpointOf(path);
    const transport = wireTo(() => world.mirror);
    await expect(replicateFolder({ path, mirror, transport, signal })).rejects.toThrow(
      expect.objectContaining({
        code: 'log.corrupt',
        message: expect.stringContaining('has seen 20 entries of a log that holds 10'),
      }),
    );
    expect(checkpointOf(path)).toEqual(before);
  });

  test.each([
    ['that is not there', 'log.missing', () => {}],
    ['that the mirror did not enrol', 'upstream.protocol', publish],
  ])('%s is said to be %s', async (_why, code, prepare) => {
    const [path, world] = [scratchFolder(), await mirrorWorld()];
    prepare(path, nodeLog(3, sampleSigner('other.example/log', 9)));
    const transport = wireTo(() => world.mirror);
    await expect(replicateFolder({ path, mirror, transport, signal })).rejects.toThrow(
      expect.objectContaining({ code }),
    );
  });

  test('is sent nowhere but over HTTP', async () => {
    const transport = wireTo(() => {
      throw new Error('asked');
    });
    const elsewhere = { ...mirror, url: 'file:///etc' };
    await expect(
      replicateFolder({ path: scratchFolder(), mirror: elsewhere, transport, signal }),
    ).rejects.toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });
});
