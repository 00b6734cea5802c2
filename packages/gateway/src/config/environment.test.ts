// References to the environment in a server's variables.
import { isFault } from '@writ/core';
import { expect, test } from 'vitest';
import { serverEnvironment } from './environment.ts';

const SECRET = 'hunter2-hunter2';

test('a reference becomes the value, a doubled dollar sign a single one', () => {
  const server = { name: 'a', env: { TOKEN: 'Bearer ${T}', PRICE: '$$5' } };
  expect(serverEnvironment(server, { T: SECRET })).toEqual({ TOKEN: `Bearer ${SECRET}`, PRICE: '$5' });
});

test('a value is put in as it is, references inside it included', () => {
  expect(serverEnvironment({ name: 'a', env: { T: '${T}' } }, { T: '${OTHER} $$' })).toEqual({
    T: '${OTHER} $$',
  });
});

test('a variable that is not set is a fault that names it and quotes no value', () => {
  const server = { name: 'a', env: { TOKEN: '${SET}${MISSING}' } };
  try {
    serverEnvironment(server, { SET: SECRET });
    expect.unreachable();
  } catch (fault) {
    if (!isFault(fault, 'config.invalid')) throw fault;
    expect(fault.data).toMatchObject({
      path: 'servers.a.env.TOKEN',
      hint: 'set MISSING where Writ is started',
    });
    expect(fault.message).not.toContain(SECRET);
  }
});
