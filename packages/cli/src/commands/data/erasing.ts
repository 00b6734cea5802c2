/** Erasing from the log of a data folder, with everything of the folder that names people. */
import { createReseal, type ErasureCause, LOCAL_TENANT, systemClock, systemRandom } from '@writ/core';
import {
  type ErasureReport,
  eraseSubject,
  personNames,
  type RecordsLog,
  settleErased,
} from '@writ/core/records';
import { TokenFolder } from '@writ/gateway';
import { type Located, logOptions, type WriteData } from '../../data/index.ts';
import { createProgress } from '../../terminal/index.ts';
import { filesNaming } from './files-naming.ts';
import { type FormerBodies, formerBodies } from './former-bodies.ts';

/** The log as people's rights use it. */
export function recordsLog({ log }: Pick<WriteData, 'log'>): RecordsLog {
  const { writer, state, reader } = log;
  return { writer, state, reader, tenant: LOCAL_TENANT, clock: systemClock, random: systemRandom };
}

/** Whom to erase, and why. */
export interface Erasing {
  readonly identifiers: readonly string[];
  readonly cause?: ErasureCause;
  /** The case that this is done in: it takes the step that tells of it by itself. */
  readonly forCase?: string;
}

/** What became of one person. */
export interface ErasedSubject extends ErasureReport {
  /** Ids of API tokens that acted for the person: they are ended, and name nobody any more. */
  readonly tokens: readonly string[];
  /** Other files of the data folder that name the person, which nobody here may rewrite: sign-ins, keys of approvers. */
  readonly files: readonly string[];
  /** Logs that were set aside and still hold bodies about the person; absent where one could not be looked into. */
  readonly former?: readonly FormerBodies[];
}

/** Erases one person from the log, and from the tokens of the folder, which end: nobody acts for them any more. */
export async function eraseFrom(
  { data }: Located,
  opened: WriteData,
  { identifiers, cause, forCase }: Erasing,
): Promise<ErasedSubject> {
  const log = recordsLog(opened);
  const { bodyKey } = await logOptions(data, opened.keys);
  const progress = createProgress('bodies');
  const report = await eraseSubject({
    log,
    identifiers,
    reseal: createReseal(log.reader.origin, { bodyKey, random: systemRandom }),
    onProgress: progress,
    ...(cause === undefined ? {} : { cause }),
  });
  if (report.status === 'done') await settleErased(log, identifiers, report.entries, forCase);
  const person = personNames(identifiers);
  const folder = new TokenFolder(data);
  const tokens = folder
    .list()
    .filter((token) => person.isIn(`${token.person?.id ?? ''}\n${token.note ?? ''}`));
  for (const token of tokens) {
    folder.forget(token, systemClock.now());
    if (token.revoked === undefined)
      await opened.append(
        { kind: 'token', token: { action: 'revoke', id: token.id } },
        { committed: { agent: token.agent.id } },
      );
  }
  const former = formerBodies(opened, person);
  return {
    ...report,
    tokens: tokens.map(({ id }) => id),
    files: filesNaming(data, person),
    ...(former === undefined ? {} : { former }),
  };
}
