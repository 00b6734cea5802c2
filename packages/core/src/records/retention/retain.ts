/** One run of retention: bodies past their time are archived where that is asked, and destroyed, unless a legal hold keeps them. */
import { describeFault } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { IndexRange, LogReader } from '../../model/index.ts';
import { pruneBundles } from './bundles/index.ts';
import { type RetentionGroup, groupsOf, requireRetention, settingsHash } from './classes.ts';
import { type BatchOf, destroyBatch, type Destroyed, finishBatch } from './destroy.ts';
import { type Batch, gather } from './gather.ts';
import { firstSince, StandingHolds } from './past-bodies.ts';
import type { ClassReport, RetentionOptions, RetentionPorts, RetentionReport } from './ports.ts';
import {
  type GroupProgress,
  MAX_LEFT_RANGES,
  type RetentionProgress,
  coverRanges,
  rangesOf,
} from './progress/index.ts';

/** Stands for legal holds that changed while bodies were looked at: no holds are like it, so that what was left is looked at again. */
const UNSETTLED = 'unsettled';
const NOTHING_YET: GroupProgress = { next: 0, left: [], isUnreadable: false, holds: '' };

/**
 * Runs once over a log. INVARIANT: legal holds are asked in the transaction that destroys; nothing is destroyed without the `erasure` entry that tells of it. A run
 * that is ended anywhere is finished by the next. Throws `config.invalid` for settings below their floor, `archive.*`, `io.failed` and `log.*`; what was
 * destroyed until then is told.
 *
 * Does not protect against a clock that is set forward: what it makes old is destroyed. Copies elsewhere (backups, mirrors of the data folder, archives, what was
 * sent on) are out of its reach.
 */
export async function retain(
  ports: RetentionPorts,
  options: RetentionOptions = {},
): Promise<RetentionReport> {
  requireRetention(ports.settings);
  const { now, isDryRun = false } = options;
  // A clock behind the log makes nothing older than the clock says, and one before it nothing older than the log says.
  const asOf = now ?? Math.min(ports.clock.now(), ports.state.timeFloor());
  const run = new Run(ports, asOf, isDryRun);
  return run.all();
}

class Run {
  readonly #ports: RetentionPorts;
  readonly #asOf: number;
  readonly #isDryRun: boolean;
  #progress: RetentionProgress;

  constructor(ports: RetentionPorts, asOf: number, isDryRun: boolean) {
    this.#ports = ports;
    this.#asOf = asOf;
    this.#isDryRun = isDryRun;
    this.#progress = progressOf(ports);
  }

  async all(): Promise<RetentionReport> {
    const { problem: _, ...before } = this.#progress;
    this.#note({ ...before, triedAt: this.#ports.clock.now() });
    try {
      await this.#finishLast();
      const classes: ClassReport[] = [];
      for (const group of groupsOf(this.#ports.settings)) classes.push(await this.#one(group));
      const bundles = await this.#bundles();
      const isComplete = this.#ports.signal?.aborted !== true;
      if (isComplete) this.#note({ ...this.#progress, ranAt: this.#ports.clock.now() });
      return { asOf: this.#asOf, isDryRun: this.#isDryRun, isComplete, classes, ...bundles };
    } catch (fault) {
      this.#note({ ...this.#progress, problem: describeFault(fault) });
      throw fault;
    }
  }

  async #finishLast(): Promise<void> {
    const { unfinished, ...rest } = this.#progress;
    if (unfinished === undefined || this.#isDryRun) return;
    await finishBatch(this.#ports, unfinished, this.#ports.archiveOf?.(unfinished.group));
    this.#note(rest);
  }

  async #bundles(): Promise<Pick<RetentionReport, 'bundles'>> {
    const { bundles, settings, signal } = this.#ports;
    const { bundles: keep = 'keep' } = settings;
    if (bundles === undefined || keep === 'keep' || signal?.aborted === true) return {};
    const report = await pruneBundles(this.#ports, {
      bundles,
      before: Math.max(0, this.#asOf - keep),
      isDryRun: this.#isDryRun,
      told: this.#progress.told,
      note: (told) => this.#note({ ...this.#progress, told }),
    });
    return report === undefined ? {} : { bundles: report };
  }

  async #one({ name, keep }: RetentionGroup): Promise<ClassReport> {
    const { reader, state } = this.#ports;
    const before = Math.max(0, this.#asOf - Number(keep));
    const last = this.#progress.groups[name] ?? NOTHING_YET;
    const end = firstSince(reader, last.next, before);
    const { fingerprint } = new StandingHolds(state);
    const sweep = { count: new Count(name, before), fingerprint };
    let progress = last;
    const take = (left: Left, next: number): void => {
      progress = {
        next,
        left: coverRanges([...progress.left, ...left.ranges], MAX_LEFT_RANGES),
        isUnreadable: progress.isUnreadable || left.isUnreadable,
        holds: left.isSettled ? progress.holds : UNSETTLED,
      };
      this.#put(name, progress);
    };
    if (last.left.length === 0) progress = { ...last, holds: fingerprint };
    else if (last.isUnreadable || last.holds !== fingerprint) {
      const found = await this.#sweep({ ...sweep, isAgain: true }, last.left, () => {});
      if (found === undefined) return sweep.count.report();
      progress = { ...NOTHING_YET, holds: fingerprint };
      take(found, last.next);
    }
    await this.#sweep({ ...sweep, isAgain: false }, [{ from: last.next, to: end }], take);
    return sweep.count.report();
  }

  /** Takes what is past its time in `ranges`, and says after each batch what of it was left; all of that at the end, or nothing where it was told to stop. */
  async #sweep(
    sweep: Sweep,
    ranges: readonly IndexRange[],
    after: (left: Left, next: number) => void,
  ): Promise<Left | undefined> {
    const { count, fingerprint } = sweep;
    const archive = this.#ports.archiveOf?.(count.name);
    const isArchived = archive !== undefined && !this.#isDryRun;
    let all: Left = { ranges: [], isUnreadable: false, isSettled: true };
    for await (const batch of gather(this.#ports, { group: count.name, ranges, isArchived })) {
      const done = await this.#take(batch, sweep, archive);
      const left = leftOf(batch, done, fingerprint);
      count.add(batch, done);
      all = {
        ranges: coverRanges([...all.ranges, ...left.ranges], MAX_LEFT_RANGES),
        isUnreadable: all.isUnreadable || left.isUnreadable,
        isSettled: all.isSettled && left.isSettled,
      };
      after(left, batch.next);
    }
    return this.#ports.signal?.aborted === true ? undefined : all;
  }

  #take(
    batch: Batch,
    { count: { name: group, before }, isAgain }: Sweep,
    archive: BatchOf['archive'],
  ): Promise<Destroyed> | Destroyed {
    // That something is still held was told when it was found so first.
    const isNothing = batch.bodies.length === 0 && (isAgain || batch.held.length === 0);
    if (isNothing || this.#isDryRun) return { destroyed: batch.bodies.length, held: [] };
    const note: BatchOf['note'] = (unfinished) => {
      const { unfinished: _, ...rest } = this.#progress;
      this.#note(unfinished === undefined ? rest : { ...rest, unfinished });
    };
    return destroyBatch(this.#ports, batch, { group, before, archive, note });
  }

  #put(name: string, group: GroupProgress): void {
    this.#note({ ...this.#progress, groups: { ...this.#progress.groups, [name]: group } });
  }

  #note(progress: RetentionProgress): void {
    this.#progress = { ...progress, log: standingOf(this.#ports.reader) };
    if (!this.#isDryRun) this.#ports.progress.write(this.#progress);
  }
}

/** One way through indexes. */
interface Sweep {
  readonly count: Count;
  /** Which legal holds stood when it was begun. */
  readonly fingerprint: string;
  /** Whether the indexes were looked at by an earlier run. */
  readonly isAgain: boolean;
}

/** What a sweep left where it stood. */
interface Left {
  readonly ranges: readonly IndexRange[];
  readonly isUnreadable: boolean;
  /** Whether all of it was left because of the holds that stood when the sweep was begun. */
  readonly isSettled: boolean;
}

function leftOf({ held, unreadable, holds }: Batch, done: Destroyed, fingerprint: string): Left {
  const indexes = [...held, ...unreadable, ...done.held].sort((left, right) => left - right);
  return {
    ranges: rangesOf(indexes),
    isUnreadable: unreadable.length > 0,
    isSettled: (held.length === 0 || holds === fingerprint) && done.held.length === 0,
  };
}

/** What a run did with one group. */
class Count {
  readonly name: string;
  readonly before: number;
  #destroyed = 0;
  #held = 0;
  #unreadable = 0;
  readonly #archives: ClassReport['archives'][number][] = [];

  constructor(name: string, before: number) {
    this.name = name;
    this.before = before;
  }

  add({ held, unreadable }: Batch, done: Destroyed): void {
    this.#destroyed += done.destroyed;
    this.#held += held.length + done.held.length;
    this.#unreadable += unreadable.length;
    if (done.archive !== undefined) this.#archives.push(done.archive);
  }

  report(): ClassReport {
    return {
      class: this.name,
      before: this.before,
      destroyed: this.#destroyed,
      held: this.#held,
      unreadable: this.#unreadable,
      archives: this.#archives,
    };
  }
}

/** What is known of earlier runs over this log under these settings. */
function progressOf({ progress, reader, settings }: RetentionPorts): RetentionProgress {
  const known = progress.read();
  const hash = settingsHash(settings);
  const { origin } = reader;
  const nothing = { origin, log: standingOf(reader), settings: hash, groups: {}, ranAt: 0, triedAt: 0 };
  // INVARIANT: in a log that was restored from a backup, what was destroyed since stands there again, and is looked at again.
  const isOther = known === undefined || known.origin !== origin || !goesOn(reader, known.log);
  if (isOther) return nothing;
  return known.settings === hash ? known : { ...known, settings: hash, groups: {} };
}

/** How long the log is, and what its last entry is. */
function standingOf(reader: LogReader): RetentionProgress['log'] {
  const size = reader.size();
  return { size, last: size === 0 ? '' : sha256Hex(reader.entry(size - 1).bytes) };
}

/** Whether the log is the one that was noted, as it was or longer. */
function goesOn(reader: LogReader, { size, last }: RetentionProgress['log']): boolean {
  return size === 0 || (size <= reader.size() && sha256Hex(reader.entry(size - 1).bytes) === last);
}
