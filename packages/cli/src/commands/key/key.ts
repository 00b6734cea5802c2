/** `writ key`: the keys that sign the log, and changing them. */
import type { Command } from 'commander';
import {
  addNextLogKey,
  Fault,
  type KeyRecord,
  promoteNextLogKey,
  publicKeyText,
  type SigningKey,
  systemRandom,
} from '@writ/core';
import {
  addTrust,
  isSealedWithNext,
  locate,
  type LocateOptions,
  type ReadData,
  readData,
  requireNobody,
  sealWithNext,
  trustFolder,
  writeData,
  type WritePlace,
} from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { revoke } from './revoke.ts';
import { newKek, retireTenantKeys, rewrap, rotateKek, rotateTenantKey, status } from './tenant-keys.ts';
import { instant, print, printJson, styled, visible } from '../../terminal/index.ts';

interface RotateOptions extends LocateOptions {
  readonly trust?: boolean;
  readonly kek?: boolean;
  readonly tenantKey?: boolean;
}

/** Adds the commands to `program`. */
export function addKey(program: Command): void {
  const key = program
    .command('key')
    .description('the keys that sign the log, and those that bodies are sealed with: list them, change them')
    .helpCommand(false);
  shared(
    key.command('list').description('the keys that sign now, and what the log tells of those before them'),
  ).action(runs(list));
  shared(
    key
      .command('rotate')
      .description('make the next key; from the next start on the log is signed with both'),
  )
    .option('--trust', 'put it into your trust folder too')
    .option('--tenant-key', 'not the log’s: make the next key of bodies')
    .option('--kek', 'not the log’s: wrap the keys of bodies with what `keys:` in writ.yaml names')
    .action(runs(rotate));
  shared(
    key
      .command('retire')
      .description(
        'let the next key take the place of the present one, whose private half is destroyed; stop the gateways first',
      ),
  )
    .option('--tenant-key', 'not the log’s: destroy former keys of bodies, which wrap nothing any more')
    .action(runs(retire));
  addBodyKeys(key);
  shared(
    key
      .command('revoke')
      .description('end a log whose key somebody else may have, and begin the one that goes on'),
  )
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--origin <name>', 'origin of the log that goes on (default: a fresh one)')
    .option('--trust', 'put its key into your trust folder too')
    .option('--yes', 'do not ask')
    .action(runs(revoke));
}

/** What is about the keys of bodies alone. */
function addBodyKeys(key: Command): void {
  shared(key.command('status').description('what bodies are sealed with, and what wraps that')).action(
    runs(status),
  );
  shared(
    key.command('rewrap').description('wrap the keys of old bodies with the present key; no entry changes'),
  ).action(runs(rewrap));
  key
    .command('new-kek')
    .description('write a key-encryption key to a new file of mode 0600')
    .argument('<file>', 'where it is to stand: not in the data folder')
    .option('--json', 'print JSON')
    .action(runs(newKek));
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print JSON');
}

interface KeyHistory extends KeyRecord {
  readonly index: number;
  readonly time: number;
}

function list(options: LocateOptions): Promise<number> {
  return readData(locate(options).data, ({ keys, reader }) => {
    const history: KeyHistory[] = [];
    for (let index = 0; index < reader.size(); index += 1) {
      const { entry } = reader.entry(index);
      if (entry.kind === 'key') history.push({ ...entry.key, index, time: entry.time });
    }
    const signing = [keys.logKey, ...(keys.nextKey === undefined ? [] : [keys.nextKey.key])].map(
      publicKeyText,
    );
    if (options.json === true) printJson({ signing, history });
    else {
      for (const text of signing) print(`signs  ${visible(text)}`);
      for (const { action, key, index, time } of history)
        print(`#${index}  ${instant(time)}  ${action.padEnd(6)}  ${visible(key)}`);
    }
    return EXIT_OK;
  });
}

async function rotate(options: RotateOptions): Promise<number> {
  if (options.kek === true && options.tenantKey === true)
    throw new Fault('cli.usage', 'one key is rotated at a time', { hint: 'give `--kek` or `--tenant-key`' });
  if (options.kek === true) return rotateKek(options);
  return options.tenantKey === true ? rotateTenantKey(options) : rotateLogKey(options);
}

async function rotateLogKey(options: RotateOptions): Promise<number> {
  const located = locate(options);
  const { data } = located;
  const { keys, isTold } = await readData(data, (opened) => ({
    keys: opened.keys,
    isTold: opened.keys.nextKey !== undefined && tells(opened, 'add', opened.keys.nextKey.key),
  }));
  // A key that was made and of which the log does not tell yet: that run was broken off.
  const begun = isTold ? undefined : keys.nextKey?.key;
  const text = publicKeyText(begun ?? addNextLogKey(data, keys.origin, systemRandom));
  // The entry is the first thing that both keys sign.
  await record(located, { action: 'add', key: text });
  const trusted = options.trust === true ? addTrust(trustFolder(process.env), text) : undefined;
  if (options.json === true) printJson({ key: text, trusted: trusted ?? null });
  else {
    print(`${styled('green', 'added')}  ${visible(text)}`);
    print(
      'hand it to everybody who verifies this log, restart the gateways, and `writ key retire` when all have it',
    );
    if (trusted !== undefined) print(`trusted: ${visible(trusted)}`);
  }
  return EXIT_OK;
}

async function retire(options: LocateOptions & { readonly tenantKey?: boolean }): Promise<number> {
  return options.tenantKey === true ? retireTenantKeys(options) : retireLogKey(options);
}

async function retireLogKey(options: LocateOptions): Promise<number> {
  const located = locate(options);
  const { data } = located;
  const keys = await readData(data, (opened) => opened.keys);
  if (keys.nextKey === undefined)
    throw new Fault('key.missing', 'there is no next key that could take its place', {
      hint: 'run `writ key rotate` first',
    });
  const [former, present] = [publicKeyText(keys.logKey), publicKeyText(keys.nextKey.key)];
  // Before the log says so: a process that runs on would go on signing with a key that the log calls retired.
  await requireNobody(data);
  // A change that was broken off goes on where it was.
  const isTold = await readData(data, (opened) => tells(opened, 'retire', keys.logKey));
  if (!isTold && !(await isSealedWithNext(data, keys)))
    await record(located, { action: 'retire', key: former });
  await sealWithNext(data, keys);
  promoteNextLogKey(data, keys.node);
  if (options.json === true) printJson({ retired: former, signing: [present] });
  else {
    print(`${styled('green', 'retired')}  ${visible(former)}`);
    print(`signs    ${visible(present)}`);
  }
  return EXIT_OK;
}

/** Whether the log holds the entry of `action` for `key`. */
function tells({ reader }: ReadData, action: KeyRecord['action'], key: SigningKey): boolean {
  const text = publicKeyText(key);
  for (let index = reader.size() - 1; index >= 0; index -= 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'key' && entry.key.action === action && entry.key.key === text) return true;
  }
  return false;
}

async function record(place: WritePlace, key: KeyRecord): Promise<void> {
  await writeData(place, async ({ append, log }) => {
    const result = await append({ kind: 'key', key }, {});
    if (result.status === 'refused')
      throw new Fault('log.conflict', `the log refused it (${result.refusal})`);
    await log.publish();
  });
}
