import { expect, test } from 'vitest';
import { meetDaemon, type MeetingPorts } from './meet.ts';

const ANSWER = new Uint8Array([1]);
const nobody = (code = 'ENOENT'): Error => Object.assign(new Error('nobody'), { code });

/** What a meeting did, a word each, where the questions end as `ends` says; the last end counts for all after it. */
async function meeting(
  ends: readonly (Error | Uint8Array)[],
  claims: readonly boolean[],
  more: Partial<MeetingPorts> = {},
): Promise<readonly string[]> {
  const did: string[] = [];
  const next = <One>(list: readonly One[], what: string): One | undefined =>
    list[Math.min(did.filter((word) => word === what).length - 1, list.length - 1)];
  const ports: MeetingPorts = {
    canStart: true,
    ask() {
      did.push('ask');
      const end = next(ends, 'ask');
      return end instanceof Uint8Array ? Promise.resolve(end) : Promise.reject(end ?? nobody());
    },
    claim() {
      did.push('claim');
      return next(claims, 'claim') ?? false;
    },
    giveUp: () => void did.push('give up'),
    start: () => void did.push('start'),
    wait(ms) {
      did.push(`wait ${ms}`);
      return Promise.resolve();
    },
    ...more,
  };
  await meetDaemon(ports).then(
    (answer) => did.push(answer === ANSWER ? 'answer' : 'something else'),
    (thrown: Error) => did.push(thrown.message),
  );
  return did;
}

test('a daemon that answers is neither claimed nor started', async () => {
  expect(await meeting([ANSWER], [true])).toStrictEqual(['ask', 'answer']);
});

test('where nobody answers, whoever claims it starts one and asks until it answers', async () => {
  const words = ['ask', 'claim', 'ask', 'start', 'wait 10', 'ask', 'claim', 'wait 15', 'ask', 'answer'];
  const refused = nobody('ECONNREFUSED');
  expect(await meeting([nobody(), refused, refused, ANSWER], [true, false])).toStrictEqual(words);
});

test('where another hook starts one, this one waits', async () => {
  const words = ['ask', 'claim', 'wait 10', 'ask', 'answer'];
  expect(await meeting([nobody(), ANSWER], [false])).toStrictEqual(words);
});

test('one that came to answer before the claim is asked, and no second one is started', async () => {
  const words = ['ask', 'claim', 'ask', 'give up', 'answer'];
  expect(await meeting([nobody(), ANSWER], [true])).toStrictEqual(words);
});

test('a claim is given back where what answers then is not the daemon', async () => {
  const words = ['ask', 'claim', 'ask', 'give up', 'an impostor'];
  expect(await meeting([nobody(), new Error('an impostor')], [true])).toStrictEqual(words);
});

test.each([
  ['what answers is not the daemon', new Error('an impostor'), {}],
  ['nothing can be started', nobody(), { canStart: false }],
])('nothing is claimed where %s', async (_what, end, more) => {
  expect(await meeting([end], [true], more)).toStrictEqual(['ask', end.message]);
});

test('what is wrong before anybody is asked is final, whatever its code', async () => {
  const ask = (): never => {
    throw nobody();
  };
  expect(await meeting([], [true], { ask })).toStrictEqual(['nobody']);
});
