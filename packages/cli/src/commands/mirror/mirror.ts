/** `writ mirror`: keep verified copies of other people's logs, and cosign what is held of them. */
import type { Command } from 'commander';
import {
  Mirror,
  mirrorTarget,
  openMirrorStore,
  parsePublicKey,
  parseWitnessKey,
  readKeyFile,
  systemClock,
} from '@writ/core';
import { formatVerifierKey, type VerifierKey } from '@writ/core/proof';
import { serveMirror } from '@writ/gateway';
import { EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { print, printJson, remark } from '../../terminal/index.ts';
import { ended, missing, parsePort } from '../serving.ts';
import { dataOf, enrol, type EnrolmentOptions, retire } from './enrolment.ts';
import { openOwnLog } from './own-log.ts';
import { status } from './status.ts';

interface ServeOptions extends EnrolmentOptions {
  readonly key: readonly string[];
  readonly host?: string;
  readonly port: number;
}

/** Port where none is given; any will do. */
const DEFAULT_PORT = 7381;

/** Adds the commands to `program`. */
export function addMirror(program: Command): void {
  const mirror = program
    .command('mirror')
    .description(
      'keep verified copies of logs, and cosign what is held of them (c2sp.org/tlog-mirror), until it is ended',
    )
    .option('--data <dir>', 'where copies, state and the mirror’s own log are kept; made where it is missing')
    .option('--key <file>', 'its private key, made by `writ witness key`; may be repeated', collect, [])
    .option('--host <address>', 'where to listen (default: 127.0.0.1; put TLS in front for others)')
    .option('--port <number>', 'which port; 0 takes a free one', parsePort, DEFAULT_PORT)
    .option('--json', 'print one JSON object')
    .helpCommand(false)
    .action(runs(serve));
  const within = <Options extends object>(options: Options): Options & EnrolmentOptions => ({
    ...mirror.opts<EnrolmentOptions>(),
    ...options,
  });
  // Parsed with the options of `mirror` itself; named again for `--help`.
  const shared = (command: Command): Command =>
    command.option('--data <dir>', 'the folder of the mirror').option('--json', 'print one JSON object');
  shared(mirror.command('enrol'))
    .description('take the entries of a log from now on; the mirror may be running')
    .argument(
      '<vkey>',
      'the verifier key of the log, or a file of them; it never comes from whoever sends the log',
    )
    .action(runs((vkey: string, options: object) => enrol(vkey, within(options))));
  shared(mirror.command('retire'))
    .description('take no more entries of a log; what is held stays')
    .argument('<origin>', 'the origin of the log')
    .action(runs((origin: string, options: object) => retire(origin, within(options))));
  shared(mirror.command('status'))
    .description(
      'list the logs, how far each copy is, and what speaks against one; exit 1 where something does',
    )
    .action(runs((options: object) => status(within(options))));
}

async function serve(options: ServeOptions): Promise<number> {
  const data = dataOf(options);
  if (options.key.length === 0) throw missing('--key', 'make one with `writ witness key`');
  const signers = options.key.map((file) => parseWitnessKey(readKeyFile(file)));
  const store = openMirrorStore(data);
  try {
    const own = await openOwnLog(data, true);
    try {
      const mirror = new Mirror({
        signers,
        store,
        target: mirrorTarget(data),
        parseKey: parsePublicKey,
        clock: systemClock,
        journal: (checkpoint) => own.journal.cosign(checkpoint),
      });
      const { port, host } = options;
      const served = await serveMirror({
        mirror,
        port,
        ...(host === undefined ? {} : { host }),
        onFault: ({ message }) => remark(`writ: ${message}`),
      });
      announce(
        served.url,
        signers.map(({ key }) => key),
        own.verifierKey,
        options.json === true,
      );
      await ended();
      await served.close();
    } finally {
      await own.close();
    }
  } finally {
    store.close();
  }
  return EXIT_OK;
}

/** The lines that go into the trust policy of whoever replicates to this mirror. */
function announce(url: string, keys: readonly VerifierKey[], log: VerifierKey, json: boolean): void {
  if (json) {
    printJson({ url, keys: keys.map(formatVerifierKey), log: formatVerifierKey(log) });
    return;
  }
  print(`listening at ${url}`);
  for (const key of keys) print(`witness ${key.name} ${formatVerifierKey(key)} ${url}`);
  print(`records what it does in ${formatVerifierKey(log)}`);
}
