import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { cutFrom, ERASED, personNames } from './person/index.ts';
import { stripBody } from './strip-body.ts';

const ANN = 'ann.smith@example.com';

test.each([
  ['as it is', ANN],
  ['inside a sentence', `write to ${ANN}, please`],
  ['in capitals', ANN.toUpperCase()],
  ['percent-encoded', `https://x.example/?u=${encodeURIComponent(ANN)}`],
  ['percent-encoded whole', [...Buffer.from(ANN)].map((byte) => `%${byte.toString(16)}`).join('')],
  ['in base64', Buffer.from(ANN).toString('base64')],
  ['in base64 behind one byte', Buffer.from(`:${ANN}`).toString('base64')],
  ['in base64 behind two bytes', Buffer.from(`a:${ANN}:b`).toString('base64')],
  ['in base64url', Buffer.from(`{"sub":"${ANN}"}`).toString('base64url')],
  ['in hexadecimal', Buffer.from(ANN).toString('hex')],
  ['escaped as in JSON', `{"u":"ann\\u002esmith@example.com"}`],
  ['escaped as in JSON twice', JSON.stringify({ u: `{"u":"ann\\u002esmith@example.com"}` })],
  ['escaped as in a program', String.raw`'ann.smith\x40example.com'`],
  ['as HTML', 'ann.smith&#64;example.com'],
  ['as HTML in hexadecimal', 'ann&#x2E;smith&commat;example.com'],
  ['as a mail has it', 'To: ann.smith=40exam=\r\nple.com'],
  ['percent-encoded twice', `?next=${encodeURIComponent(`/?u=${encodeURIComponent(ANN)}`)}`],
  [
    'in base64, in letters of both cases',
    `Basic ${Buffer.from('Ann.Smith@Example.com:pw').toString('base64')}`,
  ],
  ['in base64 behind a path', `/v1/${Buffer.from('Ann.Smith@Example.com').toString('base64url')}`],
  [
    'in base64 of many lines',
    (
      Buffer.from(`${'a mail, '.repeat(6)}${ANN} and more`)
        .toString('base64')
        .match(/.{1,64}/g) ?? []
    ).join('\r\n'),
  ],
  ['in hexadecimal, in letters of both cases', Buffer.from('Ann.Smith@Example.com').toString('hex')],
  ['in base64 of base64', Buffer.from(Buffer.from(`<${ANN}>`).toString('base64')).toString('base64')],
  ['with characters that nobody sees', 'ann.\u200bsmith@exam\u00adple.com'],
])('a name is found and cut %s', (_how, text) => {
  const person = personNames([ANN]);
  expect(person.isIn(text)).toBe(true);
  expect(person.isIn(person.cut(text))).toBe(false);
});

test('names are cut out of what is around them, in any letter case and composition', () => {
  const person = personNames(['José Núñez', '+4930123456', 'Al']);
  expect(person.cut('from JOSÉ NÚÑEZ to you')).toBe(`from ${ERASED} to you`);
  expect(person.cut(`from ${'José Núñez'.normalize('NFD')}`)).toBe(`from ${ERASED}`);
  expect(person.cut('call +49 (30) 123-456 now')).toBe(`call ${ERASED} now`);
  expect(person.cut('ask Al, not Alice or medial')).toBe(`ask ${ERASED}, not Alice or medial`);
});

test.each([
  ['CORP\\ann.lee', String.raw`{"user":"CORP\\ann.lee"}`],
  ['Anna Groß', 'ANNA GROSS'],
  ['İlker Şen', 'i\u0307lker şen'],
  ['José Núñez', String.raw`{"name":"Jos\u00e9 N\u00fa\u00f1ez"}`],
  ['José Núñez', 'Jos&#233; N&uacute;&ntilde;ez'],
])('%s is found as %s', (name, text) => {
  const person = personNames([name]);
  expect(person.isIn(text)).toBe(true);
  expect(person.isIn(person.cut(text))).toBe(false);
});

test('a telephone number that is written as a number of JSON is cut, and a longer number is not', () => {
  const person = personNames(['+49 30 123456', '4711']);
  expect(cutFrom({ call: 4_930_123_456, id: 4711, other: 47_112 }, person)).toEqual({
    call: ERASED,
    id: ERASED,
    other: 47_112,
  });
});

test('a short name is not met by chance in what base64 may say', () => {
  const text = Buffer.from('-al-').toString('base64');
  expect(personNames(['al']).isIn(`${text}AAAA`)).toBe(false);
});

test('what has no name in it is the same value', () => {
  const value: JsonValue = { a: [1, 'x', { b: null }], c: 'annex' };
  expect(cutFrom(value, personNames([ANN]))).toBe(value);
});

test('names of properties are cut too, and two that become one stay two', () => {
  const person = personNames(['ann', 'annie']);
  expect(cutFrom({ ann: 1, annie: 2, bob: 'ann', list: ['ann', 7] }, person)).toEqual({
    [ERASED]: 1,
    [`${ERASED} 2`]: 2,
    bob: ERASED,
    list: [ERASED, 7],
  });
  expect(cutFrom({ id: 4711 }, personNames(['4711']))).toEqual({ id: ERASED });
});

test.each([[[]], [['']], [['  ']], [['\ud800']], [Array.from({ length: 65 }, (_, at) => `n${at}`)]])(
  'what is no person is refused',
  (identifiers) => {
    expect(() => personNames(identifiers)).toThrow(/1 to 64 names/);
  },
);

const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<JsonValue>(
      null,
      true,
      7,
      'x',
      ANN,
      `<${ANN}>`,
      Buffer.from(` ${ANN}`).toString('base64'),
    ),
    fc.string({ unit: fc.constantFrom('ann', '.', 'smith', '@', 'example.com', 'É', '%40', '\\') }),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', ANN, `b${ANN}`, 'ANN.smith@example.com', '__proto__'), tie('json'), {
      maxKeys: 4,
    }),
  ),
}));

function textsOf(value: JsonValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [name, ...textsOf(member)]);
}

test('no text of a body that was stripped holds a name of the person, and what held none keeps value and salt', () => {
  const person = personNames([ANN]);
  fc.assert(
    fc.property(json, json, json, (first, second, input) => {
      const body: JsonObject = {
        fields: { first, second },
        salts: { first: 's1', second: 's2', input: 's3' },
        input,
        concerns: [ANN, 'bob'],
      };
      const left = JSON.parse(stripBody(body, person) ?? '') as JsonObject;
      expect(textsOf(left).filter((text) => person.isIn(text))).toEqual([]);
      expect(left['concerns']).toEqual(['bob']);
      for (const [name, value, salt] of [
        ['first', first, 's1'],
        ['second', second, 's2'],
      ] as const) {
        const isTouched = textsOf(value).some((text) => person.isIn(text));
        const { fields, salts, erased } = left as { fields: JsonObject; salts: JsonObject; erased: string[] };
        expect(Object.hasOwn(fields, name)).toBe(!isTouched);
        expect(salts[name]).toBe(isTouched ? undefined : salt);
        expect(erased.includes(name)).toBe(isTouched);
        if (!isTouched) expect(canonicalJson(fields[name] as JsonValue)).toBe(canonicalJson(value));
      }
    }),
    { numRuns: 500 },
  );
});

test('a body that concerns nobody else leaves nothing', () => {
  expect(stripBody({ fields: {}, salts: {}, concerns: [ANN] }, personNames([ANN]))).toBeUndefined();
});

test('a body stripped twice names what was erased both times', () => {
  const body: JsonObject = {
    fields: { to: ANN, from: 'bob' },
    salts: { to: 's1', from: 's2' },
    concerns: [ANN, 'bob', 'cy'],
  };
  const once = JSON.parse(stripBody(body, personNames([ANN])) ?? '') as JsonObject;
  const twice = JSON.parse(stripBody(once, personNames(['bob'])) ?? '') as JsonObject;
  expect(twice).toMatchObject({ fields: {}, salts: {}, erased: ['from', 'to'], concerns: ['cy'] });
});
