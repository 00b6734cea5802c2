// CEF is read back by a parser that knows nothing of the printer.
import { ENTRY_KINDS, visible } from '@writ/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeHeader, escapeValue, toCef, toOcsf } from '../src/index.ts';
import { BODY, decision, DETAILS, ORIGIN, recorded } from '../../../scripts/testing/recorded-entries.ts';

const PLAIN = { productVersion: '0.1.0' };
const SEVEN = 7;

interface Read {
  readonly header: readonly string[];
  readonly extension: ReadonlyMap<string, string>;
}

/** Reads a line of CEF, character by character. Throws for a line that is none. */
function readCef(line: string): Read {
  if (/[\n\r]/.test(line)) throw new Error('more than one line');
  const header: string[] = [];
  let field = '';
  let at = 0;
  for (; header.length < SEVEN; at += 1) {
    if (at >= line.length) throw new Error('the header ends early');
    const character = line[at];
    if (character === '\\') {
      at += 1;
      if (line[at] !== '\\' && line[at] !== '|') throw new Error('an escape that the header has not');
      field += line[at];
    } else if (character === '|') {
      header.push(field);
      field = '';
    } else field += character;
  }
  return { header, extension: readExtension(line.slice(at)) };
}

function readExtension(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  // An equals sign that is not escaped ends a name; the name begins behind the last space before it.
  const marks = [...text.matchAll(/(?:^| )([A-Za-z0-9_]+)=/g)].filter(
    ({ index }) => (/\\*$/.exec(text.slice(0, index))?.[0].length ?? 0) % 2 === 0,
  );
  for (const [at, mark] of marks.entries()) {
    const value = text.slice(mark.index + mark[0].length, marks[at + 1]?.index);
    fields.set(mark[1] as string, readValue(value));
  }
  return fields;
}

function readValue(text: string): string {
  let value = '';
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '=') throw new Error('an equals sign that is not escaped');
    if (character !== '\\') value += character;
    else {
      at += 1;
      const meant = { '\\': '\\', '=': '=', n: '\n', r: '\r' }[text[at] ?? ''];
      if (meant === undefined) throw new Error('an escape that the extension has not');
      value += meant;
    }
  }
  return value;
}

/** What stands for characters that have no escape. */
const shown = (given: string): string =>
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is meant
  visible(given.toWellFormed().replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' '));

/** Reorders what is behind it, where a terminal or a browser shows it. */
const OVERRIDE = '\u202e';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.stringMatching(/^[|\\= \n\ra-z"\]]{0,40}$/),
);

describe('a line of CEF', () => {
  test('holds any text in its header, and ends no field early', () => {
    fc.assert(
      fc.property(text, text, (name, version) => {
        const line = `CEF:0|a|b|${escapeHeader(version)}|1|${escapeHeader(name)}|5|`;
        const { header } = readCef(line);
        expect(header[3]).toBe(shown(version));
        expect(header[5]).toBe(shown(name));
      }),
      { numRuns: 2_000 },
    );
  });

  test('holds any text in its extension, and begins no other field', () => {
    fc.assert(
      fc.property(text, text, (first, second) => {
        const line = `CEF:0|a|b|c|1|n|5|msg=${escapeValue(first)} reason=${escapeValue(second)}`;
        const { extension } = readCef(line);
        const expected = (given: string): string =>
          given
            .toWellFormed()
            // eslint-disable-next-line no-control-regex -- control characters are exactly what is meant
            .replace(/[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
            .replace(/[^\n\r]+/g, (line) => visible(line));
        expect([...extension]).toStrictEqual([
          ['msg', expected(first)],
          ['reason', expected(second)],
        ]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('shows what would reorder it or hide in it', () => {
    for (const escape of [escapeHeader, escapeValue])
      expect(escape(`allowed${OVERRIDE}deined\u200b`)).toBe('allowed\\\\u{202e}deined\\\\u{200b}');
  });

  test.each(ENTRY_KINDS)('of a %s entry is read back with its receipt', (kind) => {
    const options = {
      ...PLAIN,
      disclose: { fields: ['agent', 'person', 'target'] as const, body: () => BODY },
    };
    for (const detail of DETAILS[kind])
      for (const event of toOcsf(recorded(detail), options)) {
        const { header, extension } = readCef(toCef(event));
        expect(header).toStrictEqual([
          'CEF:0',
          'Writ',
          'Writ',
          '0.1.0',
          String(event.type_uid),
          event.message,
          expect.stringMatching(/^(?:\d|10)$/),
        ]);
        expect(extension.get('externalId')).toBe(event.metadata.uid);
        expect(extension.get('rt')).toBe(String(event.time));
        for (const [name] of extension)
          if (name.endsWith('Label')) expect(extension.has(name.slice(0, -'Label'.length))).toBe(true);
      }
  });

  test('says who denied what, and why', () => {
    const denied = decision({ verdict: 'deny', source: 'admission', code: 'kill.agent' });
    const [event] = toOcsf(recorded(denied), PLAIN);
    const { extension } = readCef(toCef(event as never));
    expect(Object.fromEntries(extension)).toMatchObject({
      act: 'denied',
      reason: 'kill.agent',
      requestMethod: 'tools/call',
      dvchost: 'node-1',
      cs1Label: 'correlation',
      cs1: `${ORIGIN}#7`,
    });
  });
});
