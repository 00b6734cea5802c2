/** What retention works with, and what it answers. */
import type { Clock, Random } from '../../kernel/index.ts';
import type { LogReader, LogWriter, StateReader } from '../../model/index.ts';
import type { PublishedBundles, PublishTarget, RemovedBundles } from '../../audit/index.ts';
import type { ArchiveKey, ArchiveTarget } from './archive/index.ts';
import type { RetentionSettings } from './classes.ts';
import type { ProgressStore } from './progress/index.ts';

/** Where bodies are put before they are destroyed. */
export interface RetentionArchive {
  readonly target: ArchiveTarget;
  readonly key: ArchiveKey;
}

/** Where bundles are put before they are removed: files that never change. */
export type BundleArchive = Pick<PublishTarget, 'put' | 'settle' | 'read'>;

/** What was archived: SHA-256 in hexadecimal of the bundles one after the other, and how many. */
export interface ArchivedBundles {
  readonly hash: string;
  readonly bundles: number;
}

/** Entries as they are published, in bundles. */
export interface BundlePorts {
  readonly published: PublishedBundles;
  /** Publishes what was appended. */
  readonly publish: () => Promise<unknown>;
  /** Absent where bundles are removed without one. */
  readonly archive?: BundleArchive;
}

/** One log, and what surrounds it. */
export interface RetentionPorts {
  readonly reader: LogReader;
  readonly state: StateReader;
  readonly writer: Pick<LogWriter, 'append'>;
  readonly tenant: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly settings: RetentionSettings;
  /** The archive of a class, or of `default`; absent where its bodies are destroyed without one. */
  readonly archiveOf?: (group: string) => RetentionArchive | undefined;
  /** Absent where the log is not published; bundles are looked at where the settings give them a time. */
  readonly bundles?: BundlePorts;
  readonly progress: ProgressStore;
  /** Lets everything else run; called again and again. */
  readonly pause: () => Promise<void>;
  /** Ends the run between two of its steps; the next one goes on. */
  readonly signal?: AbortSignal;
}

/** How to run. */
export interface RetentionOptions {
  /** The instant as of which bodies are past their time; default: the clock's, but not after the newest entry. */
  readonly now?: number;
  /** Only counts. */
  readonly isDryRun?: boolean;
}

/** What a run did with one class. */
export interface ClassReport {
  /** The class, or `default` for all that have no time of their own. */
  readonly class: string;
  /** Bodies of entries before this instant are past their time, milliseconds since 1970. */
  readonly before: number;
  /** Bodies that were destroyed; in a dry run, that would be. */
  readonly destroyed: number;
  /** Bodies past their time that this run found under a legal hold. Those that were found so before, with no hold released since, are not counted again. */
  readonly held: number;
  /** Bodies past their time that do not open and are left: nothing can say whom they concern. */
  readonly unreadable: number;
  readonly archives: readonly { readonly name: string; readonly hash: string; readonly bodies: number }[];
}

/** What a run did with bundles. */
export interface BundlesReport extends RemovedBundles {
  /** Entries before this instant are past their time, milliseconds since 1970. */
  readonly before: number;
  /** Entries below are pruned, by this run or an earlier one; in a dry run, would be. */
  readonly minimumIndex: number;
  /** Bundles that this run told of; in a dry run, would tell of. */
  readonly pruned: number;
  /** Entries past their time that stay, from the first on that a legal hold keeps. */
  readonly held: number;
  readonly archive?: ArchivedBundles;
}

/** What a run did. */
export interface RetentionReport {
  /** Milliseconds since 1970. */
  readonly asOf: number;
  readonly isDryRun: boolean;
  /** Whether it came to its end; otherwise it was told to stop, and the next one goes on. */
  readonly isComplete: boolean;
  readonly classes: readonly ClassReport[];
  /** Absent where bundles are kept as long as the log, or none is published. */
  readonly bundles?: BundlesReport;
}

/** Bodies destroyed in one transaction: what waits behind it waits a few milliseconds. */
export const MAX_BODIES_AT_ONCE = 128;
/** Bodies of one archive and of one `retention` entry. */
export const MAX_BATCH_BODIES = 2_048;
/** Text of bodies, in UTF-16 units, at which an archive is closed; the last body may pass it. */
export const MAX_BATCH_UNITS: number = 8 * 1024 * 1024;
