import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isFault, type JsonValue } from '../../kernel/index.ts';
import type { Detector, Finding, Span } from '../../model/index.ts';
import { defaultDetectors, redact } from '../index.ts';

function finding(span: Partial<Span>, kind = 'secret', more: Partial<Finding> = {}): Finding {
  const whole: Span = { pointer: '', start: 0, end: 1, ...span };
  return { kind, severity: 'high', confidence: 1, span: whole, detector: 'test', ...more };
}

function detectAll(value: JsonValue): readonly Finding[] {
  return defaultDetectors().flatMap((detector: Detector) =>
    detector.detect({ value, direction: 'arguments', target: 'test' }),
  );
}

describe('redact', () => {
  test('replaces each span by its kind and counts by kind', () => {
    const value = { to: 'mail a@b.example now', n: [1, 'a@b.example'] };
    const { value: redacted, redactions } = redact(
      value,
      [
        finding({ pointer: '/to', start: 5, end: 16 }, 'email'),
        finding({ pointer: '/n/1', start: 0, end: 11 }, 'email'),
      ],
      ['email'],
    );
    expect(redacted).toEqual({ to: 'mail [redacted:email] now', n: [1, '[redacted:email]'] });
    expect(redactions).toEqual({ email: 2 });
  });

  test('leaves kinds alone that were not named, and then returns the same value', () => {
    const value = { text: 'a@b.example' };
    expect(redact(value, [finding({ pointer: '/text', end: 5 }, 'email')], ['secret']).value).toBe(value);
  });

  test('takes `kind/detail` as a name', () => {
    const findings = [
      finding({ end: 3 }, 'secret', { detail: 'jwt' }),
      finding({ start: 4, end: 7 }, 'secret'),
    ];
    expect(redact('abc def', findings, ['secret/jwt']).value).toBe('[redacted:secret] def');
  });

  test('makes one replacement of overlapping spans, named after the gravest, counted for each kind', () => {
    const findings = [
      finding({ start: 0, end: 6 }, 'email', { severity: 'low' }),
      finding({ start: 4, end: 9 }, 'secret', { severity: 'critical' }),
    ];
    expect(redact('0123456789', findings, ['email', 'secret'])).toEqual({
      value: '[redacted:secret]9',
      redactions: { email: 1, secret: 1 },
    });
  });

  test('renames a property in its place and keeps properties apart whose names become equal', () => {
    const value = { first: 1, 'a@b.example': 2, 'c@d.example': 'x', last: 3 };
    const findings = [
      finding({ pointer: '/a@b.example', start: 0, end: 11, inKey: true }, 'email'),
      finding({ pointer: '/c@d.example', start: 0, end: 11, inKey: true }, 'email'),
      finding({ pointer: '/c@d.example', start: 0, end: 1 }, 'secret'),
    ];
    expect(JSON.stringify(redact(value, findings, ['email', 'secret']).value)).toBe(
      '{"first":1,"[redacted:email]":2,"[redacted:email] 2":"[redacted:secret]","last":3}',
    );
  });

  test('replaces a number and a whole object where the finding says so', () => {
    const value = { pan: 4111111111111111, deep: { er: ['x'] } };
    const findings = [
      finding({ pointer: '/pan', start: 0, end: 16 }, 'payment-card'),
      finding({ pointer: '/deep', start: 0, end: 1 }, 'oversize'),
    ];
    expect(redact(value, findings, ['payment-card', 'oversize']).value).toEqual({
      pan: '[redacted:payment-card]',
      deep: '[redacted:oversize]',
    });
  });

  test('follows pointers with escaped slashes and tildes, and never calls the setter of `__proto__`', () => {
    const value = JSON.parse('{"a/b~c":"secret","__proto__":{"x":"secret"}}') as JsonValue;
    const findings = [
      finding({ pointer: '/a~1b~0c', start: 0, end: 6 }),
      finding({ pointer: '/__proto__/x', start: 0, end: 6 }),
    ];
    const { value: redacted } = redact(value, findings, ['secret']);
    expect(JSON.stringify(redacted)).toBe(
      '{"a/b~c":"[redacted:secret]","__proto__":{"x":"[redacted:secret]"}}',
    );
  });

  test('never leaves half a surrogate pair', () => {
    expect(redact('😀😀', [finding({ start: 1, end: 3 })], ['secret']).value).toBe('[redacted:secret]');
  });

  test.each([
    ['a property that is not there', { pointer: '/nope' }],
    ['an inherited property', { pointer: '/toString' }],
    ['an item past the end', { pointer: '/list/7' }],
    ['below a string', { pointer: '/text/0' }],
    ['past the end of a string', { pointer: '/text', start: 40, end: 41 }],
    ['an empty span', { pointer: '/text', start: 2, end: 2 }],
  ])('refuses a finding at %s, because it could not be redacted', (_where, span) => {
    const value = { text: 'some text', list: ['x'] };
    const attempt = (): unknown => redact(value, [finding(span)], ['secret']);
    expect(attempt).toThrow(expect.toSatisfy((thrown) => isFault(thrown, 'detector.failed')));
  });

  test('any spans: what no span touches stays in order, and nothing of what they touch is left', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', 'ü'), minLength: 1, maxLength: 40 }),
        fc.array(fc.tuple(fc.nat(39), fc.nat(39), fc.constantFrom('k1', 'k2', 'k3')), { maxLength: 8 }),
        (text, spans) => {
          const findings = spans
            .map(([left, right, kind]) =>
              finding({ start: Math.min(left, right) % text.length, end: Math.max(left, right) + 1 }, kind),
            )
            .filter(({ span }) => span.start < text.length);
          const touched = [...text].map((_, at) =>
            findings.some(({ span }) => span.start <= at && at < span.end),
          );
          const { value } = redact(text, findings, ['k1', 'k2', 'k3']);
          const kept = [...text].filter((_, at) => touched[at] !== true).join('');
          expect(
            JSON.stringify(value)
              .slice(1, -1)
              .replace(/\[redacted:k\d\]/g, ''),
          ).toBe(kept);
        },
      ),
    );
  });
});

describe('redaction of what the detectors find', () => {
  const PIECES = [
    'bob@example.com',
    '4111 1111 1111 1111',
    'GB82 WEST 1234 5698 7654 32',
    '219-44-8763',
    '8.8.8.8',
    'ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8',
    'password=tr0ub4dor&3',
    'https://ann:p4ssw0rd9@db.example.org/x',
    "x' OR '1'='1",
    '; cat /etc/passwd',
    '%2e%2e%2fetc%2fpasswd',
    '４１１１１１１１１１１１１１１１',
    'Z2hwX2ExQjJjM0Q0ZTVGNmc3SDhpOUowazFMMm0zTjRvNVA2cTdSOA==',
    'plain words',
    ' ',
    ', ',
    '\n',
    '-',
    '[redacted:',
  ];

  // Pieces stand apart: what is glued to another token is found only once that is gone, and then for the first time.
  test('finds nothing of the same kinds again, whatever stands beside what', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 }), (pieces) => {
        const value = { text: pieces.join(' '), [pieces[0] as string]: [pieces.at(-1) as string] };
        const before = detectAll(value);
        const kinds = [...new Set(before.map(({ kind }) => kind))];
        const { value: redacted } = redact(value, before, kinds);
        const originals = new Set(before.map(({ span }) => contentAt(value, span)));
        for (const again of detectAll(redacted)) {
          expect(originals.has(contentAt(redacted, again.span))).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

function contentAt(value: JsonValue, { pointer, start, end, inKey }: Span): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (inKey === true) return (steps.at(-1) ?? '').slice(start, end);
  let node: JsonValue = value;
  for (const step of steps) node = (node as Record<string, JsonValue>)[step] as JsonValue;
  return (typeof node === 'string' ? node : JSON.stringify(node)).slice(start, end);
}
