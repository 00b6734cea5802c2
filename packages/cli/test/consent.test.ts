// `writ consent`: given, shown and taken back, by people whom the log does not name.
import { chmodSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

/** Longest time of a test: each command is a process of its own. */
const SLOW_MS = 120_000;
const REGISTER = `purposes:
  newsletter:
    description: write to people about new things
    data: [contact]
    basis: consent
    recipients: [RECIPIENT]
  support: {description: answer questions, data: [contact], basis: contract}
  orders: {description: send things, data: [contact], basis: contract, subject: context.args.customer, notice: hello}
notices:
  hello: {version: 2, texts: {en: We send what you order.}}
`;

let made: Scratch;
let scratch: Scratch;
beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
});
afterAll(() => made.remove());
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
  scratch.write('writ.yaml', `${scratch.read('writ.yaml')}\nprivacy: {purposes: purposes.yaml}\n`);
  register('mailer');
});
afterEach(() => scratch.remove());

function register(recipient: string): void {
  scratch.write('purposes.yaml', REGISTER.replace('RECIPIENT', recipient));
}

const statuses = (): Readonly<Record<string, string>> => {
  const { purposes } = scratch.json('consent', 'show', '--subject', 'ann@example.org') as {
    purposes?: readonly { purpose: string; status: string }[];
  };
  return Object.fromEntries((purposes ?? []).map((one) => [one.purpose, one.status]));
};

test(
  'is given and taken back, each an entry that names nobody',
  () => {
    const words = ['--evidence', 'ticked the box on form 12'];
    scratch.json('consent', 'give', 'newsletter', '--subject', 'ann@example.org', ...words);
    expect(statuses()).toEqual({ newsletter: 'in_force', support: 'in_force', orders: 'notice_due' });
    scratch.json('consent', 'withdraw', 'newsletter', '--subject', 'ann@example.org');
    expect(statuses()).toMatchObject({ newsletter: 'withdrawn' });
    const tail = scratch.run('log', 'tail', '--number', '20', '--json').stdout;
    expect(tail).toContain('"action":"withdraw","purpose":"newsletter"');
    expect(tail).not.toMatch(/ann@|form 12/);
    expect(scratch.run('log', 'verify', '.writ').status).toBe(0);
  },
  SLOW_MS,
);

test(
  'a list names people by their tags, and tells which consents are for what the purpose was',
  () => {
    scratch.json('consent', 'give', 'newsletter', '--subject', 'ann@example.org');
    const { stdout } = scratch.run('consent', 'list');
    expect(stdout).toMatch(/^[0-9a-f]{12} +newsletter +given/m);
    expect(stdout).not.toContain('ann');
    register('somebody-else');
    expect(scratch.run('consent', 'list').stdout).toContain('outdated');
    expect(statuses()).toMatchObject({ newsletter: 'no_consent', support: 'in_force' });
  },
  SLOW_MS,
);

test(
  'to what needs none, or is not registered, is refused',
  () => {
    expect(scratch.run('consent', 'give', 'support', '--subject', 'ann')).toMatchObject({
      status: expect.any(Number) as number,
      stderr: expect.stringContaining('rests on `contract`') as string,
    });
    expect(scratch.run('consent', 'give', 'sales', '--subject', 'ann').stderr).toContain('is not registered');
    expect(scratch.run('consent', 'give', 'newsletter', '--subject', ' ').status).not.toBe(0);
    expect(scratch.run('log', 'tail', '--number', '20', '--json').stdout).not.toContain('"kind":"consent"');
  },
  SLOW_MS,
);

test('without a register nobody can agree to anything', () => {
  scratch.write('writ.yaml', scratch.read('writ.yaml').replace(/privacy:.*/, ''));
  expect(scratch.run('consent', 'give', 'newsletter', '--subject', 'ann').stderr).toContain(
    'no register of purposes',
  );
});

test(
  'that somebody was shown a notice elsewhere can be recorded, once',
  () => {
    const args = ['notified', 'orders', '--subject', 'ann@example.org', '--evidence', 'letter of 3 May'];
    expect(scratch.json('consent', ...args)).toMatchObject({ notice: 'hello', version: 2 });
    expect(statuses()).toMatchObject({ orders: 'in_force' });
    expect(scratch.run('consent', ...args).stderr).toContain('is recorded as shown already');
    expect(scratch.run('consent', 'notified', 'support', '--subject', 'ann').stderr).toContain(
      'demands no notice',
    );
  },
  SLOW_MS,
);

test(
  'taking back under a name or for a purpose that was spelt wrongly is told, and leaves no belief that it is over',
  () => {
    scratch.run('consent', 'give', 'newsletter', '--subject', 'ann@example.org');
    const withdraw = (purpose: string, subject: string): { status: number | null; stderr: string } =>
      scratch.run('consent', 'withdraw', purpose, '--subject', subject);
    expect(withdraw('newsleter', 'ann@example.org')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /`newsleter` is not registered, and nobody of that name agreed to it[^]*the register has newsletter, support, orders/,
      ) as string,
    });
    expect(withdraw('newsletter', 'Ann@example.org')).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('there was no consent under that name to take back') as string,
    });
    expect(statuses()).toMatchObject({ newsletter: 'in_force' });
    expect(withdraw('newsletter', 'ann@example.org')).toMatchObject({ status: 0, stderr: '' });
    // What was agreed to and is gone from the register is taken back.
    scratch.run('consent', 'give', 'newsletter', '--subject', 'bob@example.org');
    scratch.write(
      'purposes.yaml',
      REGISTER.replace('newsletter:', 'letters:').replace('RECIPIENT', 'mailer'),
    );
    expect(withdraw('newsletter', 'bob@example.org')).toMatchObject({ status: 0, stderr: '' });
  },
  SLOW_MS,
);
