/** Which control plane a command is for: the one that is named, else the one that the person signed in to last. */
import { readFileSync } from 'node:fs';
import { Fault } from '@writ/core';
import { openPlane, type Plane } from './client.ts';
import { type PlaneCredential, planesFile, readPlanes } from './credentials.ts';

/** Flags of every command for a control plane. */
export interface PlaneFlags {
  readonly plane?: string;
  readonly json?: boolean;
}

/**
 * The control plane of `--plane`, of `WRIT_PLANE`, or of the last `writ login`; as whom, `WRIT_TOKEN` or what was kept at the login says. Throws `cli.usage` where nobody
 * signed in. INVARIANT: only commands that have no meaning without a control plane ask this; one that works on a data folder never goes elsewhere by itself.
 */
export function whichPlane({ plane }: PlaneFlags, environment: NodeJS.ProcessEnv = process.env): Plane {
  const known = readPlanes(planesFile(environment));
  const [named, token] = [plane ?? given(environment['WRIT_PLANE']), given(environment['WRIT_TOKEN'])];
  const url = named === undefined ? known[0]?.url : originOf(named);
  if (url === undefined)
    throw new Fault('cli.usage', 'no control plane is named, and you are signed in to none', {
      hint: 'sign in with `writ login URL`, or name one with `--plane`',
    });
  const kept = known.find((one) => one.url === url);
  // A token of the environment is for the plane of the environment, or the one that is named beside it.
  const used = named === undefined ? kept?.token : (token ?? kept?.token);
  if (used === undefined)
    throw new Fault('plane.unauthenticated', `you are not signed in to \`${url}\``, {
      hint: `sign in with \`writ login ${url}\``,
    });
  return openKept({ ...kept, url, token: used });
}

/** How a plane is reached by somebody who is nobody there yet. */
export type ReachedPlane = Omit<PlaneCredential, 'token'>;

/** The plane of `credential`, opened. */
export function openKept(credential: PlaneCredential): Plane {
  return openReached(credential);
}

/** The plane at `url`, opened; without a token only what needs none can be asked. */
export function openReached({ url, token, ca, pin }: ReachedPlane & { readonly token?: string }): Plane {
  return openPlane({
    url,
    ...(token === undefined ? {} : { token }),
    ...(ca === undefined ? {} : { ca: readAuthorities(ca) }),
    ...(pin === undefined ? {} : { pin }),
  });
}

/** `text` without its path. Throws `cli.usage`. */
export function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.username === '')
    return url.origin;
  throw new Fault('cli.usage', 'that is not the address of a control plane', {
    hint: 'such as `https://plane.example.org`',
  });
}

/** The PEM text in `file`. Throws `config.unreadable`. */
export function readAuthorities(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('config.unreadable', `cannot read the authorities in \`${file}\``, { file }, { cause });
  }
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
