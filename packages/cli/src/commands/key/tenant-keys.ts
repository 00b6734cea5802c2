/** `writ key`, as far as it is about what bodies are sealed with: the keys of the tenant, and the key-encryption key that wraps them. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  addTenantKey,
  type BodyKeyRecord,
  createEncryptionKey,
  destroyTenantKeys,
  Fault,
  keyRingStatus,
  KEYS_FOLDER,
  type KeyRingOptions,
  type KeyRingStatus,
  rewrapKeyRing,
  systemRandom,
  writeKeyFile,
} from '@writ/core';
import { keyRingOptions, openTenantKeys } from '@writ/gateway';
import {
  bodyCounts,
  bodyCountsSetAside,
  CONNECTING,
  locate,
  type Located,
  type LocateOptions,
  readKeys,
  requireNobody,
  rewrapAll,
  writeData,
} from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, remark, styled, visible } from '../../terminal/index.ts';

/** `writ key status`: the hierarchy. Never a byte of a key; no key service is asked. */
export async function status(options: LocateOptions): Promise<number> {
  const { data } = locate(options);
  // One from before there were rings is taken over first; else nothing is unwrapped.
  const ring = keyRingStatus(join(data, KEYS_FOLDER)) ?? statusOf(await ringOf(data));
  const counts = await bodyCounts(data);
  const bodies = ring.bodies.map((key, at) => ({
    ...key,
    status: at === 0 ? 'present' : 'former',
    bodies: counts.get(key.id) ?? 0,
  }));
  if (options.json === true) printJson({ beside: ring.beside, bodies, unused: ring.unused });
  else {
    for (const { id, created, kek, status: standing, bodies: count } of bodies)
      print(
        `${standing.padEnd(8)} ${id}  since ${instant(created)}  ${count} bodies  wrapped by ${visible(kek)}`,
      );
    print(`beside   ${ring.beside.id}  index of people and state  wrapped by ${visible(ring.beside.kek)}`);
    for (const name of ring.unused)
      remark(`${name} wraps nothing any more; a change that was broken off left it`);
  }
  return EXIT_OK;
}

/** `writ key rotate --kek`: the keys of the tenant are wrapped by the key-encryption key that `keys:` names, or by a new one beside them. */
export async function rotateKek(options: LocateOptions): Promise<number> {
  const located = locate(options);
  const ring = await ringOf(located.data);
  const { beside, bodies: before } = statusOf(ring);
  const kek = await rewrapKeyRing(ring);
  const { bodies } = statusOf(ring);
  const former = new Set([beside, ...before].map((key) => key.kek));
  former.delete(kek);
  await record(
    located,
    bodies.map(({ id }) => ({ action: 'wrap', keyId: id, wrappedBy: kek })),
  );
  if (options.json === true) printJson({ kek, keys: bodies.map(({ id }) => id), former: [...former] });
  else {
    print(
      `${styled('green', 'wrapped')}  ${bodies.length} keys of bodies, and those of index and state, by ${visible(kek)}`,
    );
    // Who is told to destroy a former one where there is none destroys the present one.
    print(
      former.size === 0
        ? 'it is the key-encryption key that wrapped them before: keep it'
        : `the former key-encryption key, ${visible([...former].join(', '))}, opens backups of the key ring alone: destroy it with them`,
    );
  }
  return EXIT_OK;
}

/** `writ key rotate --tenant-key`: new bodies are sealed under a new key, from each process' next start on. */
export async function rotateTenantKey(options: LocateOptions): Promise<number> {
  const located = locate(options);
  const { id, previous, kek } = await addTenantKey(await ringOf(located.data));
  await record(located, [{ action: 'rotate', keyId: id, wrappedBy: kek, previous }]);
  if (options.json === true) printJson({ key: id, previous });
  else {
    print(`${styled('green', 'added')}  ${id}; ${previous} still reads`);
    print('restart the gateways, then `writ key rewrap`, then `writ key retire --tenant-key`');
  }
  return EXIT_OK;
}

/** `writ key rewrap`: the bodies' own keys go over to the present key; entries and bodies stay as they are. */
export async function rewrap(options: LocateOptions): Promise<number> {
  const located = locate(options);
  const [present, ...former] = statusOf(await ringOf(located.data)).bodies;
  if (present === undefined) throw new Fault('key.malformed', 'the key ring holds no key');
  const counts = await bodyCounts(located.data);
  const wrapping = former.filter(({ id }) => (counts.get(id) ?? 0) > 0);
  // INVARIANT: told before it is done, so that no verifier meets a wrapping that the log does not tell of.
  await record(
    located,
    wrapping.map(({ id }) => ({ action: 'wrap', keyId: present.id, wrappedBy: present.kek, previous: id })),
  );
  const bodies = wrapping.length === 0 ? 0 : await rewrapAll(located.data);
  if (options.json === true) printJson({ key: present.id, bodies });
  else print(`${styled('green', 'wrapped')}  ${bodies} bodies anew, by ${present.id}`);
  return EXIT_OK;
}

/** `writ key retire --tenant-key`: destroys former keys that wrap nothing any more. */
export async function retireTenantKeys(options: LocateOptions): Promise<number> {
  const located = locate(options);
  const { data } = located;
  // A process that began before the next key still seals with the former one.
  await requireNobody(data);
  const ring = await ringOf(data);
  const former = statusOf(ring).bodies.slice(1);
  const counts = await bodyCounts(data);
  const used = former.find(({ id }) => (counts.get(id) ?? 0) > 0);
  if (used !== undefined)
    throw new Fault(
      'log.conflict',
      `${counts.get(used.id) ?? 0} bodies are still wrapped by \`${used.id}\``,
      {
        hint: 'run `writ key rewrap` first',
      },
    );
  await requireUnusedAside(data, former);
  await record(
    located,
    former.map(({ id, kek }) => ({ action: 'retire', keyId: id, wrappedBy: kek })),
  );
  if (former.length > 0)
    await destroyTenantKeys(
      ring,
      former.map(({ id }) => id),
    );
  if (options.json === true) printJson({ retired: former.map(({ id }) => id) });
  else if (former.length === 0) print('there is no former key');
  else {
    for (const { id } of former) print(`${styled('green', 'retired')}  ${id}`);
    print('bodies in backups that were made before `writ key rewrap` do not open any more: make a new one');
  }
  return EXIT_OK;
}

/** Throws `log.conflict` where a log that was set aside still needs one of `keys`: what it holds would never open again. */
async function requireUnusedAside(data: string, keys: readonly { readonly id: string }[]): Promise<void> {
  for (const { place, counts } of await bodyCountsSetAside(data)) {
    const used = keys.find(({ id }) => (counts.get(id) ?? 0) > 0);
    if (used === undefined) continue;
    const count = counts.get(used.id) ?? 0;
    throw new Fault(
      'log.conflict',
      `${count} bodies of the log set aside in \`${place}\` are wrapped by \`${used.id}\``,
      {
        hint: 'remove that log once nobody needs it: `writ key rewrap` does not reach it, and none of its bodies would open again',
      },
    );
  }
}

/** `writ key new-kek FILE`: a key-encryption key of one's own. */
export function newKek(path: string, { json }: LocateOptions): number {
  const file = resolve(path);
  if (existsSync(file)) throw new Fault('config.exists', `something stands at \`${file}\``, { file });
  const { encryption, text } = createEncryptionKey(systemRandom);
  writeKeyFile(file, text);
  if (json === true) printJson({ file, id: encryption.id });
  else print(`wrote ${visible(file)}  ${encryption.id}`);
  return EXIT_OK;
}

/** The ring of `data`, opened once: one from before there were rings is taken over, and one that does not open is not changed. */
async function ringOf(data: string): Promise<KeyRingOptions> {
  const owner = { data, node: readKeys(data).node };
  const options = await keyRingOptions(owner, CONNECTING);
  await openTenantKeys(owner, CONNECTING);
  return options;
}

function statusOf({ keys }: KeyRingOptions): KeyRingStatus {
  const ring = keyRingStatus(keys);
  if (ring === undefined) throw new Fault('key.missing', `no key ring stands in \`${keys}\``, { file: keys });
  return ring;
}

async function record(place: Located, records: readonly BodyKeyRecord[]): Promise<void> {
  if (records.length === 0) return;
  await writeData(place, async ({ append }) => {
    for (const bodyKey of records) {
      const result = await append({ kind: 'body_key', bodyKey }, {});
      if (result.status === 'refused')
        throw new Fault('log.conflict', `the log refused it (${result.refusal})`);
    }
  });
}
