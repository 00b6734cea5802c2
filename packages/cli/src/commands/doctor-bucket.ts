/** Whether the log is published to its bucket, and how far that is behind. */
import { describeFault, isFault, publishedInBucket, systemClock } from '@writ/core';
import { openBucket, openDataLogForReading, type PublishConfiguration, readLogPlace } from '@writ/gateway';
import { CONNECTING, logOptions, readKeys } from '../data/index.ts';
import { instant } from '../terminal/index.ts';
import { type Finding, hintOf } from './doctor-record.ts';

/** Times that publishing may have been missed before somebody is told. */
const MISSED = 3;

/** The end of the log, and what is behind the published part of it. */
interface Ends {
  readonly size: number;
  /** When the last published entry was recorded, milliseconds since 1970; absent for none. */
  readonly lastMs?: number;
  /** The same of the first that is not published. */
  readonly nextMs?: number;
}

/** Compares them. Puts nothing. */
export async function bucketFinding(data: string, publish: PublishConfiguration): Promise<Finding> {
  try {
    const store = await openBucket(publish, { environment: process.env });
    try {
      const published = await publishedInBucket(store, await logOptions(data, readKeys(data)));
      return compare(publish, published, await endsOf(data, published));
    } finally {
      store.close();
    }
  } catch (fault) {
    return bucket('fail', `${describeFault(fault)}; no gateway would start${hintOf(fault)}`);
  }
}

function compare(
  { bucket: name, everyMs, objectLock }: PublishConfiguration,
  published: number,
  ends: Ends,
): Finding {
  const { size, lastMs, nextMs } = ends;
  if (published > size)
    return bucket(
      'fail',
      `\`${name}\` holds ${published} entries, the log ${size}: it was put back to an older state, and no gateway would start`,
    );
  const last = lastMs === undefined ? '' : `, the last of ${instant(lastMs)}`;
  const unlocked = objectLock === 'none' ? '; without object lock, somebody may remove them' : '';
  const detail = `${published} of ${size} entries are published to \`${name}\`${last}${unlocked}`;
  const behindMs = nextMs === undefined ? 0 : systemClock.now() - nextMs;
  if (behindMs > MISSED * everyMs)
    return bucket(
      'warn',
      `${detail}; the next is ${Math.round(behindMs / 1_000)} s old: no gateway runs, or it cannot publish and says why on standard error`,
    );
  return bucket(objectLock === 'none' ? 'warn' : 'ok', detail);
}

async function endsOf(data: string, published: number): Promise<Ends> {
  try {
    const log = await openDataLogForReading(
      readLogPlace(data),
      await logOptions(data, readKeys(data)),
      CONNECTING,
    );
    try {
      const size = log.reader.size();
      const timeOf = (index: number): number | undefined =>
        index >= 0 && index < size ? log.reader.entry(index).entry.time : undefined;
      const [lastMs, nextMs] = [timeOf(published - 1), timeOf(published)];
      return {
        size,
        ...(lastMs === undefined ? {} : { lastMs }),
        ...(nextMs === undefined ? {} : { nextMs }),
      };
    } finally {
      await log.close();
    }
  } catch (fault) {
    // It is made at the first start.
    if (isFault(fault, 'log.missing')) return { size: 0 };
    throw fault;
  }
}

function bucket(status: Finding['status'], detail: string): Finding {
  return { check: 'bucket', status, detail };
}
