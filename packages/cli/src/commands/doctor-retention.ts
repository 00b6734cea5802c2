/** Whether retention runs. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { KEYS_FOLDER, systemClock } from '@writ/core';
import { progressFile, retentionStanding } from '@writ/core/records';
import type { Finding } from './doctor-record.ts';

/** Looks at what its runs noted in the data folder. */
export function retentionFinding(data: string): Finding {
  const now = systemClock.now();
  const standing = retentionStanding(progressFile(data).read(), { now, since: madeAt(data) ?? now });
  const last = standing.ranAt === 0 ? 'never' : new Date(standing.ranAt).toISOString();
  switch (standing.status) {
    case 'running':
      return finding(
        'ok',
        standing.ranAt === 0 ? 'not yet; every gateway runs it once a day' : `last ran ${last}`,
      );
    case 'late':
      return finding(
        'warn',
        `last ran ${last}: bodies past their time may still be there; keep a gateway running, or run \`writ data retain\``,
      );
    case 'failing':
      return finding('warn', `does not come to its end (last did ${last}): ${standing.problem}`);
    default:
      return standing satisfies never;
  }
}

/** When the data folder got its keys, as far as the file system tells. */
function madeAt(data: string): number | undefined {
  const found = statSync(join(data, KEYS_FOLDER), { throwIfNoEntry: false });
  return found === undefined ? undefined : Math.round(found.mtimeMs);
}

function finding(status: Finding['status'], detail: string): Finding {
  return { check: 'retention', status, detail };
}
