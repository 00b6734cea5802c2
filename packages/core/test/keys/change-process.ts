/** A process that changes the keys of a log and is killed on the way. Run as a program; the task is JSON in its first argument. */
import { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  beginSuccession,
  openLog,
  resealState,
  rewrapBodies,
  type StepFault,
  succeedLog,
  successionOf,
} from '@writ/core';
import { formatVerifierKey } from '@writ/core/proof';
import { SAMPLE_LOG_KEYS, sampleDraft, sampleLogIdentity } from '@writ/core/testing';
import { type ChangeTask, type Death, NEXT, NEXT_BODY_KEY, verifierKeyOf } from './change-task.ts';

await main(JSON.parse(process.argv[2] ?? 'null') as ChangeTask);

async function main({ path, change, death }: ChangeTask): Promise<void> {
  const { origin } = sampleLogIdentity();
  const { seed } = SAMPLE_LOG_KEYS.signingKey;
  const log = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path, faults: faultsOf(death) };
  switch (change) {
    case 'add': {
      const opened = await openLog({ ...log, signingKey: { seed, overlapping: [NEXT.seed] } });
      const key = formatVerifierKey(verifierKeyOf(origin, NEXT.seed));
      await opened.writer.append(sampleDraft({ kind: 'key', key: { action: 'add', key } }));
      await opened.close();
      return;
    }
    case 'reseal':
      dieAt(death);
      resealState({ path, origin, from: seed, to: NEXT.seed });
      return;
    case 'rewrap':
      dieAt(death);
      rewrapBodies({
        path,
        keys: [SAMPLE_LOG_KEYS.bodyKey],
        to: NEXT_BODY_KEY,
        random: sampleLogIdentity('rewrap').random,
      });
      return;
    case 'succeed':
      if (successionOf(path) === undefined) beginSuccession(path, NEXT.origin);
      await succeedLog({ ...log, origin: NEXT.origin, signingKey: { seed: NEXT.seed } });
      return;
    default:
      change satisfies never;
  }
}

function faultsOf(death: Death): readonly StepFault[] {
  return 'step' in death ? [{ ...death, action: 'kill' }] : [];
}

/** Kills this process among the statements of a transaction. */
function dieAt(death: Death): void {
  if ('step' in death) return;
  const { run } = StatementSync.prototype;
  const { exec } = DatabaseSync.prototype;
  let statements = 0;
  StatementSync.prototype.run = function (this: StatementSync, ...values) {
    if (statements === death.statement) process.kill(process.pid, 'SIGKILL');
    statements += 1;
    return run.apply(this, values as Parameters<typeof run>);
  };
  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql) {
    if (sql === 'COMMIT' && statements === death.statement) process.kill(process.pid, 'SIGKILL');
    exec.call(this, sql);
    if (sql === 'COMMIT' && death.statement === 'committed') process.kill(process.pid, 'SIGKILL');
  };
}
