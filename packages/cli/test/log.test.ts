// `writ log`: the contract of verify, and what the other commands print.
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

let scratch: Scratch;
beforeAll(async () => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
  const client = await scratch.gateway();
  for (let call = 0; call < 3; call += 1) await client.call('read');
  await client.close();
});
afterAll(() => scratch.remove());

const verify = (...flags: string[]) => {
  const { status, stdout } = scratch.run('log', 'verify', '.writ', ...flags, '--json');
  return {
    status,
    answer: JSON.parse(stdout) as { ok: boolean; size: number; problems: string[]; [field: string]: unknown },
  };
};

describe('verify', () => {
  test('with the key that init put into the trust folder: ok, exit 0', () => {
    const { status, answer } = verify();
    expect(status).toBe(0);
    expect(answer).toEqual({
      ok: true,
      origin: expect.stringMatching(/^writ\.local\//),
      size: expect.any(Number),
      root: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      uncovered: 0,
      witnessed: 0,
      checks: expect.arrayContaining([expect.objectContaining({ status: 'passed' })]),
      problems: [],
    });
    expect(scratch.run('log', 'verify', '.writ').stdout).toMatch(
      /^verified {2}writ\.local.*\n.*entries[\s\S]*witnessed 0 of \d+\n$/,
    );
  });

  test('without any key: not ok, `no trusted key`, exit 1; the key beside the log is never taken', () => {
    rmSync(scratch.path('hidden'), { recursive: true, force: true });
    cpSync(scratch.path('xdg'), scratch.path('hidden'), { recursive: true });
    rmSync(scratch.path('xdg'), { recursive: true });
    try {
      const { status, answer } = verify();
      expect(status).toBe(1);
      expect(answer).toMatchObject({ ok: false, problems: expect.arrayContaining(['no trusted key']) });
    } finally {
      cpSync(scratch.path('hidden'), scratch.path('xdg'), { recursive: true });
    }
  });

  test('with --key it needs no trust folder', () => {
    const [name = ''] = readdirSync(scratch.path('xdg/writ/trust'));
    expect(verify('--key', scratch.path('xdg/writ/trust', name)).status).toBe(0);
  });

  test('with the key of another log: not ok', () => {
    const other = new Scratch();
    other.run('init', '--no-approver');
    const [name = ''] = readdirSync(other.path('xdg/writ/trust'));
    const { status, answer } = verify('--key', other.path('xdg/writ/trust', name));
    void other.remove();
    expect(status).toBe(1);
    expect(answer.problems).toContain('no trusted key');
  });

  test('against a noted checkpoint: the log may grow, and may not shrink', () => {
    const noted = scratch.write('noted', scratch.run('log', 'checkpoint').stdout);
    cpSync(scratch.path('.writ'), scratch.path('before'), { recursive: true });
    scratch.run('kill', 'agent', 'other', '--reason', 'to make it grow');
    expect(verify('--checkpoint', noted)).toMatchObject({ status: 0 });
    const later = scratch.write('later', scratch.run('log', 'checkpoint').stdout);
    const { status, stdout } = scratch.run('log', 'verify', 'before', '--checkpoint', later, '--json');
    expect(status).toBe(1);
    expect((JSON.parse(stdout) as { problems: string[] }).problems.join()).toContain('tail-cut');
  });

  test('a quorum or a size that is not reached is not verified, on the folder and on what is published', () => {
    for (const flags of [
      ['--quorum', '1'],
      ['--size', '100000'],
    ])
      for (const folder of ['.writ', '.writ/log'])
        expect(scratch.run('log', 'verify', folder, ...flags).status, `${folder} ${flags.join(' ')}`).toBe(1);
  });

  test('a size beyond a million may be demanded', () => {
    const { status, stdout } = scratch.run('log', 'verify', '.writ', '--size', '10000000');
    expect([status, stdout]).toEqual([1, expect.stringContaining('expected 10000000')]);
  });

  test('a quorum of witnesses that nobody named, and a folder that is not there, are said so, with what to do', () => {
    const unnamed = scratch.run('log', 'verify', '.writ', '--quorum', '1');
    expect(unnamed.stdout).toContain('cosigned by 0 of 0 witnesses, not by any other');
    expect(unnamed.stderr).toContain('to do: name the keys of 1 witnesses with `--witness`');
    const missing = scratch.run('log', 'verify', 'nowhere');
    expect([missing.status, missing.stdout]).toEqual([1, expect.stringContaining('nothing stands at')]);
    expect(missing.stderr).toContain('to do: name a data folder');
    const tenant = scratch.run('log', 'verify', '.writ', '--tenant', 'nobody');
    expect([tenant.status, tenant.stderr]).toEqual([1, expect.stringContaining('writ log tenants')]);
  });

  test('--root-only says which checks it left out; --from goes on from a checkpoint', () => {
    type Answer = { checks: readonly { check: string; status: string }[] };
    const statuses = (...flags: string[]) =>
      Object.fromEntries(
        (scratch.json('log', 'verify', '.writ/log', ...flags) as Answer).checks.map(({ check, status }) => [
          check,
          status,
        ]),
      );
    expect(statuses()).toMatchObject({ root: 'passed', order: 'passed', consistency: 'not run' });
    expect(statuses('--root-only')).toMatchObject({ root: 'passed', order: 'not run', producers: 'not run' });
    const from = scratch.path('.writ/log/checkpoint');
    expect(statuses('--from', from)).toMatchObject({ consistency: 'passed' });
  });

  test('a flipped bit in a published entry is found', () => {
    cpSync(scratch.path('.writ'), scratch.path('flipped'), { recursive: true });
    const folder = scratch.path('flipped/log/tile/entries');
    const [bundle = ''] = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((found) => found.isFile())
      .map((found) => `${found.parentPath}/${found.name}`)
      // The widest partial bundle is the newest.
      .sort((left, right) => statSync(right).size - statSync(left).size);
    const bytes = readFileSync(bundle);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(bundle, bytes);
    const { status, stdout } = scratch.run('log', 'verify', 'flipped', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false });
  });

  test('a folder without a log is not verified', () => {
    const { status, stdout } = scratch.run('log', 'verify', 'policies', '--json');
    expect({ status, ok: (JSON.parse(stdout) as { ok: boolean }).ok }).toEqual({ status: 1, ok: false });
  });
});

test('tail prints one line an entry, show one entry with its sealed body', () => {
  const lines = scratch.run('log', 'tail', '-n', '100').stdout.trim().split('\n');
  expect(lines.some((line) => line.includes('allow') && line.includes('tools/call'))).toBe(true);
  const index = /^#(\d+) /.exec(lines.find((line) => line.includes('tools/call')) ?? '')?.[1] ?? '';
  const shown = scratch.json('log', 'show', index) as {
    entry: { kind: string };
    body: { fields: { arguments: unknown } };
  };
  expect(shown.entry.kind).toBe('decision');
  expect(shown.body.fields.arguments).toEqual({});
  for (const receipt of ['99999', 'elsewhere#0', '-1', 'x'])
    expect(scratch.run('log', 'show', receipt).status).toBe(2);
});

test('downtime lists nothing where somebody always wrote', () => {
  expect(scratch.json('log', 'downtime')).toEqual({ downtimes: [], silences: [] });
  expect(scratch.run('log', 'downtime')).toMatchObject({ status: 0, stdout: 'somebody always wrote\n' });
});

test('a backup is restored, and signs again once the newest checkpoint is shown', () => {
  const [name = ''] = readdirSync(scratch.path('xdg/writ/trust'));
  const key = ['--key', scratch.path('xdg/writ/trust', name)];
  expect(scratch.run('log', 'backup', 'saved').stdout).toContain('backed up');
  writeFileSync(scratch.path('newest'), scratch.run('log', 'checkpoint').stdout);
  cpSync(scratch.path('.writ/keys'), scratch.path('again/keys'), { recursive: true });
  const again = ['--data', 'again'];
  const restored = scratch.run('log', 'restore', 'saved', ...again, ...key);
  expect(restored, restored.stderr).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('restored and verified'),
  });
  expect(scratch.run('log', 'verify', 'again', ...key).status).toBe(0);
  expect(scratch.run('kill', 'agent', 'bot', '--reason', 'test', ...again).stderr).toContain('log.restored');
  expect(scratch.run('log', 'resume', '--checkpoint', 'newest', ...again, ...key)).toMatchObject({
    status: 0,
  });
  expect(scratch.run('kill', 'agent', 'bot', '--reason', 'test', ...again).status).toBe(0);
});

test.skipIf(process.platform !== 'linux')('a backup into what can be no folder ends, and says why', () => {
  for (const target of ['/proc/writ', '/dev/null'])
    expect(scratch.run('log', 'backup', target)).toMatchObject({
      status: 74,
      stderr: expect.stringContaining(`cannot make the backup folder \`${target}\``),
    });
});

test('the key of a log is changed by overlap', () => {
  const copy = scratch.copy();
  chmodSync(copy.path('.writ/keys'), 0o700);
  try {
    const { key } = copy.json('key', 'rotate', '--trust') as { key: string };
    const [former = ''] = (copy.json('key', 'list') as { signing: string[] }).signing;
    copy.write('next.key', key);
    copy.write('former.key', former);
    const verifies = (file: string) => copy.run('log', 'verify', '.writ', '--key', file).status;
    expect([verifies('former.key'), verifies('next.key')]).toEqual([0, 0]);
    expect(copy.run('key', 'rotate').status).not.toBe(0);
    expect(copy.json('key', 'retire')).toEqual({ retired: former, signing: [key] });
    expect(copy.run('kill', 'agent', 'x', '--reason', 'test').status).toBe(0);
    expect([verifies('former.key'), verifies('next.key')]).toEqual([1, 0]);
    expect(copy.json('key', 'list')).toMatchObject({
      signing: [key],
      history: [
        { action: 'add', key },
        { action: 'retire', key: former },
      ],
    });
    expect(copy.run('key', 'retire').stderr).toContain('writ key rotate');
  } finally {
    rmSync(copy.folder, { recursive: true, force: true });
  }
});

test('a log whose key is lost ends, and another goes on with its kill switches', () => {
  const copy = scratch.copy();
  chmodSync(copy.path('.writ/keys'), 0o700);
  try {
    copy.run('kill', 'agent', 'rogue', '--reason', 'test');
    expect(copy.run('key', 'revoke', '--reason', 'stolen').stderr).toContain('--yes');
    const { key, predecessor } = copy.json('key', 'revoke', '--reason', 'stolen', '--yes') as {
      key: string;
      predecessor: { origin: string; size: number };
    };
    copy.write('next.key', key);
    expect(copy.run('log', 'verify', '.writ', '--key', 'next.key').status).toBe(0);
    const tail = copy.run('log', 'tail', '-n', '20').stdout;
    expect(tail).toContain('succeed');
    expect(tail).toContain('kill of a agent');
    expect(copy.run('unkill', 'agent', 'rogue', '--reason', 'test').status).toBe(0);
    expect(predecessor.size).toBeGreaterThan(3);
  } finally {
    rmSync(copy.folder, { recursive: true, force: true });
  }
});

test('prove writes a receipt that verifies offline against the entry’s bytes', async () => {
  const { createHash } = await import('node:crypto');
  const { parsePublicKey, verifySignature } = await import('@writ/core');
  const { verifyReceipt } = await import('@writ/core/proof');
  expect(scratch.run('log', 'prove', '2', '--out', 'receipt', '--entry', 'entry')).toMatchObject({
    status: 0,
  });
  const [name = ''] = readdirSync(scratch.path('xdg/writ/trust'));
  const key = parsePublicKey(scratch.read(`xdg/writ/trust/${name}`));
  const report = await verifyReceipt(
    readFileSync(scratch.path('receipt')),
    readFileSync(scratch.path('entry')),
    {
      keys: [key],
      sha256: (bytes) => createHash('sha256').update(bytes).digest(),
      verifySignature: (publicKey, message, signature) => verifySignature({ publicKey }, message, signature),
    },
  );
  expect(report).toMatchObject({ ok: true, index: 2, problems: [] });
});

describe('prune', () => {
  test('needs a retention policy and an index, ends with 2 without, and says what it moved', () => {
    expect(scratch.run('log', 'prune', '--below', '0').status).toBe(2);
    expect(scratch.run('log', 'prune', '--below', 'all', '--policy', 'p').status).toBe(2);
    const { status, stdout } = scratch.run('log', 'prune', '--below', '0', '--policy', 'a year', '--json');
    expect([status, JSON.parse(stdout)]).toEqual([0, { minimumIndex: 0, policy: 'a year', moved: 0 }]);
    expect(verify().status).toBe(0);
  });

  test('serves what stands in one file with later entries, and says so', () => {
    const pruned = scratch.run('log', 'prune', '--below', '2', '--policy', 'a year');
    expect([pruned.status, pruned.stdout]).toEqual([
      0,
      expect.stringMatching(
        /every entry is served: 0 files moved.*\nentries 0 to 1 stand in a file with later ones/,
      ),
    ]);
    expect(pruned.stdout).not.toContain('no longer served');
    expect(scratch.run('log', 'prune', '--below', '0', '--policy', 'a year').status).toBe(0);
  });

  test('leaves the data folder whole: it verifies, and an entry that is no longer served is proven', async () => {
    const client = await scratch.gateway();
    await Promise.all(Array.from({ length: 140 }, () => client.call('read')));
    await client.close();
    const pruned = scratch.run('log', 'prune', '--below', '256', '--policy', 'a year');
    expect([pruned.status, pruned.stdout]).toEqual([
      0,
      expect.stringContaining('below 256 are no longer served: 2 files'),
    ]);
    expect(scratch.run('log', 'verify', '.writ/log')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--from'),
    });
    expect(verify().status).toBe(0);
    const { status, stdout } = scratch.run('log', 'prove', '2');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^c2sp\.org\/tlog-proof@v1\nindex 2\n/)]);
  });

  test('past what is published is refused with the size that is', () => {
    const { status, stderr } = scratch.run('log', 'prune', '--below', '100000', '--policy', 'a year');
    expect(status).not.toBe(0);
    expect(stderr).toContain('the size that is published');
  });
});
