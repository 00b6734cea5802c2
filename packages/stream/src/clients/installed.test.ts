import { expect, test } from 'vitest';
import { installed } from './installed.ts';

test('a client that is not installed is named, with how to install the version that was tested', async () => {
  const name = '@writ/no-such-client';
  await expect(installed(name, '1.2.3', () => import(name) as Promise<unknown>)).rejects.toMatchObject({
    code: 'config.invalid',
    message: `a destination needs \`${name}\`, which is not installed`,
    data: { hint: `run \`npm install --save-exact ${name}@1.2.3\` where Writ is installed` },
  });
});

test('a client that fails to load for another reason is not called missing', async () => {
  const problem = new Error('it broke');
  await expect(installed('a-client', '1.2.3', () => Promise.reject(problem))).rejects.toBe(problem);
});
