/** `writ witness`: cosign other people's logs, make the key for it, and see who cosigned a checkpoint or proof. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  createWitnessKey,
  openCosignedStore,
  parseWitnessKey,
  readKeyFile,
  systemClock,
  systemRandom,
  Witness,
  writeKeyFile,
} from '@writ/core';
import { formatVerifierKey, type VerifierKey } from '@writ/core/proof';
import { serveWitness } from '@writ/gateway';
import { EXIT_OK } from '../exit-codes.ts';
import { collect, runs } from '../run.ts';
import { print, printJson, remark, visible } from '../terminal/index.ts';
import { ended, missing, needed, parsePort, readLogKeys } from './serving.ts';
import { verifyWitnessed } from './witness-verify.ts';

interface ServeOptions {
  readonly data?: string;
  readonly key: readonly string[];
  readonly log: readonly string[];
  readonly host?: string;
  readonly port: number;
  readonly json?: boolean;
}

interface KeyOptions {
  readonly name?: string;
  readonly mlDsa?: boolean;
  readonly json?: boolean;
}

/** Port where none is given; any will do. */
const DEFAULT_PORT = 7380;

/** Adds the commands to `program`. */
export function addWitness(program: Command): void {
  const witness = program
    .command('witness')
    .description('cosign the checkpoints of logs that you watch (c2sp.org/tlog-witness), until it is ended')
    .option('--data <dir>', 'where it remembers what it cosigned; made where it is missing')
    .option('--key <file>', 'its private key; may be repeated', collect, [])
    .option('--log <vkey>', 'the verifier key of a log, or a file of them; may be repeated', collect, [])
    .option('--host <address>', 'where to listen (default: 127.0.0.1; put TLS in front for others)')
    .option('--port <number>', 'which port; 0 takes a free one', parsePort, DEFAULT_PORT)
    .option('--json', 'print one JSON object')
    .helpCommand(false)
    .action(runs(serve));
  witness
    .command('key')
    .description('make the private key of a witness, and print the public half')
    .argument('<file>', 'where to write it, for you alone')
    .option('--name <name>', 'its name, usually its address without https://')
    .option('--ml-dsa', 'ML-DSA-44, which stands quantum computers, instead of Ed25519')
    .option('--json', 'print one JSON object')
    .action(runs(makeKey));
  witness
    .command('verify')
    .description('whether a checkpoint, or a proof of an entry, is cosigned as a trust policy demands')
    .argument('<file>', 'a signed checkpoint or a tlog-proof')
    .option('--policy <file>', 'the trust policy (c2sp.org/tlog-policy)')
    .option('--entry <file>', 'the exact bytes that the proof is of')
    .option('--json', 'print one JSON object')
    .action(runs(verifyWitnessed));
}

async function serve(options: ServeOptions): Promise<number> {
  const data = resolve(needed(options.data, '--data', 'a folder of its own'));
  if (options.key.length === 0) throw missing('--key', 'make one with `writ witness key`');
  if (options.log.length === 0) throw missing('--log', 'name the logs whose checkpoints it cosigns');
  const signers = options.key.map((file) => parseWitnessKey(readKeyFile(file)));
  const logs = options.log.flatMap(readLogKeys);
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const keys = signers.map(({ key }) => key);
  const store = await openCosignedStore(data, keys);
  try {
    const witness = new Witness({ signers, logs, store, clock: systemClock });
    const { port, host } = options;
    const served = await serveWitness({
      witness,
      port,
      ...(host === undefined ? {} : { host }),
      onFault: ({ message }) => remark(`writ: ${message}`),
    });
    announce(served.url, keys, logs, options.json === true);
    await ended();
    await served.close();
  } finally {
    store.close();
  }
  return EXIT_OK;
}

/** The lines that go into the trust policy of whoever asks this witness. */
function announce(
  url: string,
  keys: readonly VerifierKey[],
  logs: readonly VerifierKey[],
  json: boolean,
): void {
  const origins = [...new Set(logs.map(({ name }) => name))];
  if (json) {
    printJson({ url, keys: keys.map(formatVerifierKey), origins });
    return;
  }
  print(`listening at ${url}`);
  for (const key of keys) print(`witness ${key.name} ${formatVerifierKey(key)} ${url}`);
  for (const origin of origins) print(`cosigns ${visible(origin)}`);
}

function makeKey(file: string, options: KeyOptions): number {
  const name = needed(options.name, '--name', 'like `witness.example.com/w1`');
  const algorithm = options.mlDsa === true ? 'ml-dsa-44' : 'cosignature/v1';
  const { signer, text } = createWitnessKey(name, algorithm, systemRandom);
  writeKeyFile(resolve(file), `${text}\n`);
  const key = formatVerifierKey(signer.key);
  if (options.json === true) printJson({ file: resolve(file), key });
  else print(key);
  return EXIT_OK;
}
