/** Texts of extension values, right and nearly right: what is refused and what each one means, as the official engine has it. */
import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import { expect, test } from 'vitest';
import { Datetime, type Constructor, constructValue, IpAddress } from '../../src/policy/value/index.ts';
import { DATETIMES, DECIMALS, DURATIONS, IPS } from './generate-expression.ts';
import { Choices } from './random.ts';

const SEED = Number(process.env['WRIT_SEED'] ?? Date.now() % 1_000_000_000);
const ROUNDS = 20;
const TEXTS_OF_ROUND = 100;

const NEARLY: Readonly<Record<Constructor, readonly string[]>> = {
  decimal: [
    ...DECIMALS,
    '1.0000',
    '00.10',
    '-0.0',
    '.5',
    '1.',
    '1.00000',
    '１.0',
    '922337203685477.58070',
    `${'0'.repeat(300)}1.5`,
    `${'9'.repeat(300)}.5`,
  ],
  ip: [
    ...IPS,
    '127.0.0.1/7',
    '127.1.2.3/8',
    '224.0.0.1/3',
    '239.0.0.1/4',
    'ff00::/7',
    '::1/127',
    '::ffff:1.2.3.4',
    '1::2::3',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4/032',
    '::/0',
    'FF00::A',
    '1:2:3:4:5:6:7::',
    '::%1',
  ],
  datetime: [
    ...DATETIMES,
    '1900-02-29',
    '2000-02-29',
    '2024-04-31',
    '2024-10-15T23:59:60Z',
    '2024-10-15T11:35:00+2400',
    '2024-10-15T11:35:00-2359',
    '2024-10-15T11:35:00.1Z',
    '2024-10-15t11:35:00z',
  ],
  duration: [
    ...DURATIONS,
    '1h1d',
    '-1d-1h',
    '+1d',
    '00001d',
    '1d 1h',
    '106751991167d',
    '106751991168d',
    `${'0'.repeat(300)}1s`,
    `${'9'.repeat(300)}ms`,
    '1ms1s',
  ],
};
const LETTERS = '0123456789.:/-+TZdhms af\n';

/** The text with up to two places changed, left out or doubled. */
function nearly(choices: Choices, text: string): string {
  let changed = text;
  for (let left = choices.number(3); left > 0; left -= 1) {
    const at = choices.number(changed.length + 1);
    const letter = choices.chance(70) ? choices.pick([...LETTERS]) : '';
    changed = `${changed.slice(0, at)}${letter}${changed.slice(at + choices.number(2))}`;
  }
  return changed;
}

/** A condition that holds where the official engine reads `text` as we do; one that fails where we refuse it. */
function condition(name: Constructor, text: string): { readonly body: string; readonly fails: boolean } {
  const read = `${name}(${JSON.stringify(text)})`;
  const value = constructValue(name, text);
  if (value === undefined) return { body: `${read} == ${read}`, fails: true };
  if (value instanceof Datetime)
    return { body: `${read} == datetime("1970-01-01").offset(duration("${value.epoch}ms"))`, fails: false };
  const same = `${read} == ${name}(${JSON.stringify(value.toString())})`;
  if (!(value instanceof IpAddress)) return { body: same, fails: false };
  const kinds = {
    isIpv4: value.version === 4,
    isIpv6: value.version === 6,
    isLoopback: value.isLoopback(),
    isMulticast: value.isMulticast(),
  };
  return {
    body: [same, ...Object.entries(kinds).map(([kind, is]) => `${read}.${kind}() == ${is}`)].join(' && '),
    fails: false,
  };
}

test(`texts of extension values are refused or read as the official engine reads them`, () => {
  console.info(`extension texts: WRIT_SEED=${SEED}`);
  const choices = new Choices(SEED);
  for (let round = 0; round < ROUNDS; round += 1) {
    const cases = choices.list(TEXTS_OF_ROUND, (index) => {
      const name = choices.pick(['decimal', 'ip', 'datetime', 'duration'] as const);
      const text = nearly(choices, choices.pick(NEARLY[name]));
      return { id: `p${index}`, name, text, ...condition(name, text) };
    });
    const uid = { type: 'User', id: 'a' };
    const answer = isAuthorized({
      principal: uid,
      action: { type: 'Action', id: 'a' },
      resource: uid,
      context: {},
      entities: [],
      policies: {
        staticPolicies: Object.fromEntries(
          cases.map(({ id, body }) => [id, `permit (principal, action, resource) when { ${body} };`]),
        ),
      },
    });
    if (answer.type === 'failure') throw new Error(answer.errors[0]?.message);
    const { reason, errors } = answer.response.diagnostics;
    const failing = new Set(errors.map(({ policyId }) => policyId));
    const wrong = cases.filter(({ id, fails }) => failing.has(id) !== fails || reason.includes(id) === fails);
    expect(
      wrong.map(
        ({ name, text, fails }) => `${name}(${JSON.stringify(text)}): we ${fails ? 'refuse' : 'read'} it`,
      ),
    ).toEqual([]);
  }
});
