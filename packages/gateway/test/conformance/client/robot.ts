/** A person who agrees to everything that a browser shows, and does what the gateway asks for. */
import { systemClock, systemTimers } from '@writ/core';
import type { Configuration } from '../../../src/index.ts';
import { signIn } from '../../../src/mcp/index.ts';

/** How a gateway asks for a person, in events and hints. */
const ASKED = /run `?writ server login [a-z]+(?: --scope \\?"([^"\\]*)\\?")?/;

/** The scopes of the command that the last of `lines` which asks for a person names; `undefined` where none does. */
export function askedFor(lines: string): readonly string[] | undefined {
  const last = lines
    .split('\n')
    .map((line) => ASKED.exec(line))
    .findLast((match) => match !== null);
  return last === undefined || last === null ? undefined : (last[1] ?? '').split(' ').filter(Boolean);
}

/** Signs in to the first server of `config` as `writ server login` does. */
export async function signInAsRobot(
  config: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
  scopes: readonly string[] = [],
): Promise<void> {
  const [server] = config.servers;
  if (server === undefined || !('url' in server)) throw new Error('no server to sign in to');
  await signIn({
    server,
    data: config.data,
    environment,
    clock: systemClock,
    timers: systemTimers,
    scopes,
    person: {
      async open(url) {
        const asked = await fetch(url, { redirect: 'manual' });
        const back = asked.headers.get('location');
        if (back !== null) await fetch(back);
      },
      confirmMove: () => true,
    },
  });
}
