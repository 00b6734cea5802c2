import { describe, expect, test } from 'vitest';
import { EDITORS } from './editors.ts';
import { INTERPRETERS } from './interpreters.ts';
import { NETWORK } from './network.ts';
import { PACKAGES } from './packages.ts';
import { READERS } from './readers.ts';
import { WRAPPERS } from './wrappers.ts';
import { WRITERS } from './writers.ts';

const TABLES = { READERS, WRITERS, WRAPPERS, INTERPRETERS, EDITORS, NETWORK, PACKAGES };

describe('the tables of programs', () => {
  test('name each program once, so that none hides what another says of it', () => {
    const names = Object.values(TABLES).flatMap((table) =>
      Object.keys(table).flatMap((key) => key.split(' ')),
    );
    const twice = names.filter((name, at) => names.indexOf(name) !== at);
    expect(twice).toStrictEqual([]);
  });

  test.each(Object.entries(TABLES))('%s: each option of a program has one meaning', (_name, table) => {
    const twice = Object.entries(table).flatMap(([programs, { values = {} }]) => {
      const options = Object.keys(values).flatMap((key) => key.split(' '));
      return options
        .filter((option, at) => options.indexOf(option) !== at)
        .map((option) => `${programs} ${option}`);
    });
    expect(twice).toStrictEqual([]);
  });
});
