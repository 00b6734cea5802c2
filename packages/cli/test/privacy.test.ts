// `writ privacy`, `writ case breach`, `correct` and `notify`: what the record says of personal data that went through a gateway.
import { execFile } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { Scratch } from './harness.ts';

/** Longest time of a test: each command is a process of its own. */
const SLOW_MS = 120_000;
const ANN = 'ann@example.org';

let made: Scratch;
let scratch: Scratch;
beforeAll(async () => {
  made = new Scratch();
  made.mustInit('--trust');
  made.write('writ.yaml', `${made.read('writ.yaml')}\nperson: {id: ${ANN}}\n`);
  const client = await made.gateway();
  await client.call('read', { customer: 'ann@example' });
  await client.close();
}, SLOW_MS);
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
});
afterEach(() => scratch.remove());

const open = (...args: readonly string[]): string => String(scratch.json('case', 'open', ...args)['id']);

test(
  'a breach counts whom the record names, and its notification is evidence of the case',
  () => {
    const id = open('breach', '--aware', '2026-01-05T09:00:00Z');
    const from = ['--from', '2020-01-01T00:00:00Z'];
    expect(scratch.json('case', 'breach', id, ...from)).toMatchObject({
      people: 1,
      targets: { 'notes/read': 1 },
    });
    expect(scratch.json('case', 'breach', id, ...from, '--server', 'other')).toMatchObject({ people: 0 });
    const { status, stdout } = scratch.run('case', 'breach', id, ...from);
    expect(status).toBe(0);
    expect(stdout).toContain('- Data subjects concerned: 1 names');
    expect(stdout).not.toContain('ann');
    expect(scratch.run('case', 'breach', id, ...from, '--reveal', '--out', 'breach.md').status).toBe(0);
    expect(scratch.read('breach.md')).toContain('| ann@example.org |');
    expect(scratch.json('case', 'show', id)).toMatchObject({ steps: [{ step: 'assessed' }], evidence: [{}] });
  },
  SLOW_MS,
);

test(
  'a correction is told to each recipient, and the case ends once all of them know',
  async () => {
    const told: string[] = [];
    let status = 500;
    const server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      request.on('end', () => {
        told.push(text);
        response.writeHead(status).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    const notify = async (...flags: readonly string[]): Promise<object> => {
      const args = ['case', 'notify', id, '--recipient', 'notes/read', '--to', address, '--json', ...flags];
      const options = { cwd: scratch.folder, env: scratch.environment };
      const answer = await promisify(execFile)(Scratch.launcher, args, options).catch(
        (failed: unknown) => failed,
      );
      return JSON.parse((answer as { stdout: string }).stdout) as object;
    };

    const id = open('rectification', '--subject', ANN);
    scratch.run('case', 'step', id, 'identity_verified');
    const field = ['--field', 'email', '--value', 'ann@new.example'];
    expect(scratch.json('case', 'correct', id, ...field)).toMatchObject({ recipients: ['notes/read'] });
    expect(scratch.run('case', 'close', id, 'done').stderr).toContain('1 recipients have not been told');

    expect(await notify()).toMatchObject({ told: false, problem: 'it answered 500' });
    expect(scratch.run('case', 'close', id, 'done').status).toBe(1);
    status = 204;
    expect(await notify('--with-data')).toMatchObject({ told: true });
    expect(told[0]).not.toMatch(/ann/);
    expect(JSON.parse(told[1] ?? '')).toMatchObject({
      id,
      type: 'rectification',
      recipient: 'notes/read',
      subject: [ANN],
      corrections: [{ field: 'email', value: 'ann@new.example' }],
    });
    expect(scratch.run('case', 'close', id, 'done').status).toBe(0);
    expect(scratch.run('log', 'tail', '--json', '--number', '50').stdout).not.toContain('ann@new');
  },
  SLOW_MS,
);

test(
  'nobody is told over plain HTTP, nor at an address with a user',
  () => {
    const id = open('rectification', '--subject', ANN);
    scratch.run('case', 'step', id, 'identity_verified');
    scratch.run('case', 'correct', id, '--field', 'email', '--value', 'x');
    for (const to of ['http://example.org/', 'https://user@example.org/', 'ftp://localhost/'])
      expect(scratch.run('case', 'notify', id, '--recipient', 'notes/read', '--to', to)).toMatchObject({
        status: 2,
      });
    expect(
      scratch.run('case', 'notify', id, '--recipient', 'crm', '--to', 'http://localhost/').stderr,
    ).toContain('none of its recipients');
  },
  SLOW_MS,
);

test(
  'indicators are numbers, and end with 1 where something is overdue',
  () => {
    open('access', '--subject', ANN);
    const before = scratch.run('privacy', 'status', '--json');
    expect(before.status).toBe(0);
    expect(JSON.parse(before.stdout)).toMatchObject({
      open: { access: 1 },
      overdue: 0,
      lastEntries: { withoutPurpose: expect.any(Number) as number },
    });
    open('breach', '--aware', '2026-01-05T09:00:00Z');
    const after = scratch.run('privacy', 'status');
    expect(after.status).toBe(1);
    expect(after.stdout).toMatch(/^overdue +1$/m);
    expect(after.stdout + before.stdout).not.toContain('ann');
  },
  SLOW_MS,
);

test(
  'checks of quality fail with counts, and a file that is none is refused',
  () => {
    scratch.write(
      'quality.yaml',
      'checks: [{id: customer_mail, field: arguments.customer, form: email, tool: notes/read}]\n',
    );
    const { status, stdout } = scratch.run('privacy', 'quality', 'quality.yaml');
    expect({ status, stdout }).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/customer_mail +1 checked +1 failed/) as string,
    });
    scratch.write('bad.yaml', 'checks: [{id: a, field: arguments.a, regex: ".*"}]\n');
    expect(scratch.run('privacy', 'quality', 'bad.yaml')).toMatchObject({ status: 2 });
  },
  SLOW_MS,
);

test(
  'an assessment says what is configured, twice the same, and what is left to a person',
  () => {
    const first = scratch.run('privacy', 'dpia');
    expect(first.status).toBe(0);
    expect(first.stdout).toContain('| notes | a program on this machine |');
    expect(first.stdout).toContain('no register of purposes is configured');
    expect(first.stdout).toContain('| default | 400d |');
    expect(scratch.run('privacy', 'dpia').stdout).toBe(first.stdout);
    const { sha256 } = scratch.json('privacy', 'dpia', '--out', 'dpia.md');
    expect(scratch.read('dpia.md')).toBe(first.stdout);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(existsSync(scratch.path('dpia.md'))).toBe(true);
  },
  SLOW_MS,
);
