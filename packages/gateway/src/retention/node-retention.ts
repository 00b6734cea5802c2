/** Retention beside a node: once a day, off the path of decisions. */
import {
  type Clock,
  describeFault,
  LOCAL_TENANT,
  type OpenLog,
  type Random,
  systemRepeater,
  type Timer,
} from '@writ/core';
import {
  DEFAULT_RETENTION,
  folderBundleArchive,
  letOthersRun,
  progressFile,
  type RetentionPorts,
  type RetentionReport,
  type RetentionSchedule,
  type RetentionStanding,
  restAwhile,
  retentionStanding,
  scheduleRetention,
} from '@writ/core/records';
import type { Configuration } from '../config/index.ts';
import { openArchives } from './open-archives.ts';

/** What retention of a node stands on. */
export interface NodeRetentionOptions {
  readonly config: Pick<Configuration, 'data' | 'retention'>;
  readonly log: Pick<OpenLog, 'reader' | 'state' | 'writer' | 'bundles' | 'publish'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly report: (line: string, level?: 'info') => void;
  /** Default: the system's. */
  readonly timer?: Timer;
}

/** Retention beside a node. */
export interface NodeRetention extends RetentionSchedule {
  /** How it stands, by its own notes in the data folder. */
  standing(): RetentionStanding;
  /** Bodies destroyed by this process. */
  destroyed(): number;
}

/** What a run over the log of a data folder works with. */
export function retentionPorts({
  config,
  log,
  clock,
  random,
}: Omit<NodeRetentionOptions, 'report' | 'timer'>): RetentionPorts {
  return {
    reader: log.reader,
    state: log.state,
    writer: log.writer,
    tenant: LOCAL_TENANT,
    clock,
    random,
    settings: config.retention?.settings ?? DEFAULT_RETENTION,
    archiveOf: openArchives(config.retention, random),
    ...bundlesOf(config.retention, log),
    progress: progressFile(config.data),
    pause: letOthersRun,
  };
}

/** Bundles of a log that is published, and their archive. */
function bundlesOf(
  retention: Configuration['retention'],
  log: NodeRetentionOptions['log'],
): Pick<RetentionPorts, 'bundles'> {
  const { bundles: published } = log;
  if (published === undefined) return {};
  const folder = retention?.bundleArchive;
  const archive = folder === undefined ? {} : { archive: folderBundleArchive(folder, log.reader.origin) };
  return { bundles: { published, publish: () => log.publish(), ...archive } };
}

/** Begins it. What fails is reported and tried again; nothing is thrown here. */
export function startRetention(options: NodeRetentionOptions): NodeRetention {
  const { config, clock, report, timer = systemRepeater } = options;
  const since = clock.now();
  let destroyed = 0;
  const schedule = scheduleRetention({
    ports: { ...retentionPorts(options), pause: restAwhile },
    place: { path: config.data },
    timer,
    onRun(run) {
      const bodies = destroyedBy(run);
      destroyed += bodies;
      if (bodies > 0) report(`retention: ${bodies} bodies past their time were destroyed`, 'info');
      const { removed = 0 } = run.bundles ?? {};
      if (removed > 0)
        report(
          `retention: ${removed} ${removed === 1 ? 'bundle' : 'bundles'} of entries past their time removed`,
          'info',
        );
      const unreadable = run.classes.reduce((sum, one) => sum + one.unreadable, 0);
      if (unreadable > 0)
        report(
          `retention: ${unreadable} bodies past their time do not open and are left; is a former key missing?`,
        );
    },
    onFault: (fault) =>
      report(`retention did not come to its end and will be tried again: ${describeFault(fault)}`),
  });
  return {
    ...schedule,
    standing: () => retentionStanding(progressFile(config.data).read(), { now: clock.now(), since }),
    destroyed: () => destroyed,
  };
}

/** Bodies of all classes. */
export function destroyedBy({ classes }: RetentionReport): number {
  return classes.reduce((sum, one) => sum + one.destroyed, 0);
}
