/** `writ log disclose`, `check-disclosure`: one field of one entry for somebody who need not see the rest. */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { verifySignature } from '@writ/core';
import { checkDisclosure, createDisclosure, disclosedFields } from '@writ/core/records';
import { locate, type LocateOptions, proveEntry, readData, writeNewFile } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import {
  instant,
  print,
  printJson,
  remark,
  styled,
  visible,
  visibleJson,
  write,
} from '../../terminal/index.ts';
import { indexOf } from './receipt.ts';
import { readBytes, type TrustFlags, trustOf } from './verify-trust.ts';

interface DiscloseOptions extends LocateOptions {
  readonly field: readonly string[];
  readonly out?: string;
}

interface CheckOptions extends Omit<TrustFlags, 'quorum'> {
  readonly json?: boolean;
}

/** Adds the commands to `log`; `shared` adds the options that most have. */
export function addDisclose(log: Command, shared: (command: Command) => Command): void {
  shared(
    log
      .command('disclose')
      .description('show fields of one entry, with proof and salts, to somebody who need not see the rest'),
  )
    .argument('<receipt>', 'origin#index, or the index alone')
    .requiredOption(
      '--field <name>',
      'a field, as `writ log show` names it; `input` for the whole input; may be repeated',
      collect,
      [],
    )
    .option('--out <file>', 'a new file, for this user alone (default: standard output)')
    .action(runs(disclose));
  log
    .command('check-disclosure')
    .description('check such a file offline, with keys that you bring')
    .argument('<file>', 'as `writ log disclose` writes it')
    .option(
      '--key <file>',
      'the log’s verifier key (default: your trust folder); may be repeated',
      collect,
      [],
    )
    .option('--witness <file>', 'the verifier key of a witness; may be repeated', collect, [])
    .option('--policy <file>', 'a trust policy, which names logs and witnesses in their place')
    .option('--json', 'print one JSON object')
    .action(runs(check));
}

async function disclose(receipt: string, options: DiscloseOptions): Promise<number> {
  const located = locate(options);
  const { index, origin, entry, fields } = await readData(located.data, ({ keys, reader }) => {
    const at = indexOf(receipt, { keys, reader });
    return {
      index: at,
      origin: keys.origin,
      entry: reader.entry(at).bytes,
      fields: disclosedFields(reader, at, options.field),
    };
  });
  const text = createDisclosure(entry, await proveEntry(located, index), fields);
  if (options.out === undefined) write(text);
  else writeNewFile(options.out, text);
  const names = fields.map(({ field }) => field).join(', ');
  if (options.json === true && options.out !== undefined)
    printJson({ receipt: `${origin}#${index}`, fields: fields.map(({ field }) => field), out: options.out });
  else remark(`discloses ${names} of ${origin}#${index}, and nothing else; what is handed out is not erased`);
  return EXIT_OK;
}

async function check(file: string, options: CheckOptions): Promise<number> {
  const report = await checkDisclosure(readBytes(file, 'disclosure'), {
    ...trustOf(options),
    sha256: (bytes) => createHash('sha256').update(bytes).digest(),
    verifySignature: (publicKey, message, signature) => verifySignature({ publicKey }, message, signature),
  });
  const { ok, receipt, kind, time, fields, problems } = report;
  const reference = receipt === undefined ? undefined : `${receipt.origin ?? ''}#${receipt.index ?? ''}`;
  if (options.json === true) printJson({ ok, receipt: reference ?? null, kind, time, fields, problems });
  else {
    print(`${styled(ok ? 'green' : 'red', ok ? 'proven' : 'not proven')}  ${visible(reference ?? file)}`);
    if (ok && time !== undefined) print(`${kind}, ${instant(time)}\n${visibleJson(fields)}`);
    for (const problem of problems) print(`  ${visible(problem)}`);
  }
  return ok ? EXIT_OK : EXIT_NEGATIVE;
}
