/** `writ data retain`: what every gateway does once a day, by hand. */
import { Fault, systemClock, systemRandom } from '@writ/core';
import { type BundlesReport, type RetentionReport, retainAlone } from '@writ/core/records';
import { destroyedBy, retentionPorts } from '@writ/gateway';
import { locate, type LocateOptions, writeData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { print, printJson, remark, styled } from '../../terminal/index.ts';
import { purgeFiles } from './purge.ts';

interface RetainOptions extends LocateOptions {
  /** Milliseconds since 1970. */
  readonly now?: number;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** Ends with 1 where another process runs it, and where bodies past their time are left that do not open. */
export async function retain(options: RetainOptions): Promise<number> {
  const { now, dryRun = false, json, yes = false } = options;
  if (now !== undefined && !dryRun && !yes)
    throw new Fault(
      'cli.usage',
      'bodies would be destroyed as if it were another time, and there is no way back',
      {
        hint: 'look with `--dry-run` first, then say `--yes`',
      },
    );
  const located = locate(options);
  const { data, config } = located;
  const report = await writeData(located, ({ log }) => {
    const ports = retentionPorts({
      config: { data, ...(config?.retention === undefined ? {} : { retention: config.retention }) },
      log,
      clock: systemClock,
      random: systemRandom,
    });
    return retainAlone(ports, { path: data }, { isDryRun: dryRun, ...(now === undefined ? {} : { now }) });
  });
  if (report === undefined) {
    if (json === true) printJson({ status: 'running' });
    else print('another process runs retention over this data folder at this moment');
    return EXIT_NEGATIVE;
  }
  const purged = destroyedBy(report) > 0 && !dryRun ? await purgeFiles(data) : undefined;
  if (json === true) printJson({ status: 'done', ...report, ...purged });
  else {
    tell(report);
    for (const one of purged?.left ?? []) remark(one);
  }
  return report.classes.every(({ unreadable }) => unreadable === 0) ? EXIT_OK : EXIT_NEGATIVE;
}

function tell(report: RetentionReport): void {
  const { isDryRun, classes, asOf } = report;
  const verb = isDryRun ? 'would be destroyed' : 'destroyed';
  print(
    `${styled('green', isDryRun ? 'looked' : 'retained')}  ${destroyedBy(report)} bodies past their time ${verb}, as of ${instant(asOf)}`,
  );
  for (const one of classes) {
    print(`  ${one.class}: ${one.destroyed} of entries before ${instant(one.before)}`);
    if (one.held > 0) print(`    ${one.held} are kept by legal holds: \`writ data hold list\` says why`);
    if (one.unreadable > 0) print(`    ${one.unreadable} do not open and are left: a key is not at hand`);
    for (const { name, hash, bodies } of one.archives)
      print(`    ${bodies} archived in ${name}, sha256 ${hash}`);
  }
  if (report.bundles !== undefined) tellBundles(report.bundles, isDryRun);
}

/** What became of bundles. */
function tellBundles(
  { minimumIndex, pruned, held, removed, kept, archive, before }: BundlesReport,
  isDryRun: boolean,
): void {
  const what = isDryRun ? `${pruned} bundles would be pruned` : `${pruned} pruned, ${removed} files removed`;
  print(
    `  bundles: ${what}; entries below ${minimumIndex} ${isDryRun ? 'would no longer be' : 'are no longer'} served (before ${instant(before)})`,
  );
  if (held > 0)
    print(
      `    ${held} entries past their time are kept by a legal hold among them: \`writ data hold list\` says why`,
    );
  if (kept > 0)
    print(
      `    ${kept} are kept by the bucket they were published to, under an object lock or as former versions`,
    );
  if (archive !== undefined)
    print(`    ${archive.bundles} archived, sha256 ${archive.hash} of one after the other`);
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
