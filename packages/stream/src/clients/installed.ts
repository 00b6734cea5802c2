/** Client libraries are loaded where a destination needs them, and installed by who has such a destination. */
import { Fault } from '@writ/core';

/** What `load` imports. Throws `config.invalid`, with what to install, where it is not there. */
export async function installed<Library>(
  name: string,
  version: string,
  load: () => Promise<Library>,
): Promise<Library> {
  try {
    return await load();
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new Fault(
      'config.invalid',
      `a destination needs \`${name}\`, which is not installed`,
      { hint: `run \`npm install --save-exact ${name}@${version}\` where Writ is installed` },
      { cause },
    );
  }
}

function isMissing(thrown: unknown): boolean {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
}
