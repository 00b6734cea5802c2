/** The guard as a face sees it: the straight line behind a bound, an end, and a count of what never got as far as a subject. */
import { createUlid, Fault, type JsonValue } from '../kernel/index.ts';
import { systemTimers, type Timers } from '../runtime/index.ts';
import { enforce } from './enforce.ts';
import { joinSignals } from './performance/index.ts';
import { createLine, type Line } from './line.ts';
import { enforceList } from './list.ts';
import { refusalMessage } from './messages.ts';
import { unrecordedDenial } from './refuse.ts';
import type { Enforced, EnforcedList, Guard, GuardPorts, InterceptedAction, ResultShape } from './types.ts';

/** Refusals before authentication are written at most this often, in milliseconds, as one entry. */
const REFUSALS_EVERY_MS = 60_000;
/** A result that says nothing about itself is no error. */
const NO_ERROR = (_result: JsonValue): ResultShape => ({ isError: false });

/** A guard over `ports`. */
export function createGuardLine(ports: GuardPorts, timers: Timers = systemTimers): Guard {
  return new GuardLine(createLine(ports, timers));
}

class GuardLine implements Guard {
  readonly #line: Line;
  readonly #underWay = new Set<Promise<unknown>>();
  /** Aborts the actions under way when the guard closes; each is there until it has ended. */
  readonly #endings = new Set<(reason: unknown) => void>();
  #isClosing = false;
  readonly #refusals = new Map<string, number>();
  #refusalsSince = 0;
  #cancelFlush: (() => void) | undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  enforce(
    action: InterceptedAction,
    perform: Parameters<Guard['enforce']>[1],
    shape: (result: JsonValue) => ResultShape = NO_ERROR,
  ): Promise<Enforced> {
    const refusal = this.#cannotStart();
    if (refusal !== undefined) return Promise.resolve(this.#turnedAway(action, refusal));
    const ending = joinSignals(action.signal === undefined ? [] : [action.signal]);
    this.#endings.add(ending.abort);
    const run = async (): Promise<Enforced> => {
      try {
        return this.#counted(await enforce(this.#line, { ...action, signal: ending.signal }, perform, shape));
      } finally {
        this.#endings.delete(ending.abort);
        ending.release();
      }
    };
    return this.#track(run());
  }

  list(action: InterceptedAction): ReturnType<Guard['list']> {
    const refusal = this.#cannotStart();
    if (refusal === undefined)
      return this.#track(enforceList(this.#line, action).then((end) => this.#counted(end)));
    const { decision, message } = this.#turnedAway(action, refusal);
    return Promise.resolve({ verdict: 'deny', visible: action.parts.map(() => false), decision, message });
  }

  countRefusal(code: string): void {
    if (this.#refusals.size === 0) this.#refusalsSince = this.#line.clock.now();
    this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + 1);
    if (this.#isClosing) return;
    this.#cancelFlush ??= this.#line.timers.after(REFUSALS_EVERY_MS, () => {
      this.#cancelFlush = undefined;
      void this.#track(this.#writeRefusals());
    });
  }

  async close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      const fault = new Fault('guard.closed', 'the guard is closing');
      for (const abort of this.#endings) abort(fault);
    }
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    await Promise.allSettled(this.#underWay);
    await this.#writeRefusals();
    await this.#line.shares?.close();
    this.#line.killWatch.close();
    this.#line.flowWatch.close();
  }

  #cannotStart(): { readonly code: string; readonly reason: string } | undefined {
    if (this.#isClosing) return { code: 'guard.closed', reason: 'the guard is closing' };
    if (this.#underWay.size < this.#line.maxConcurrent) return undefined;
    return {
      code: 'guard.overloaded',
      reason: `${this.#line.maxConcurrent} actions are under way already; try again later`,
    };
  }

  /** Counted, not recorded one by one: an overload must not make more load. */
  #turnedAway(
    action: InterceptedAction,
    refusal: { readonly code: string; readonly reason: string },
  ): Enforced {
    this.countRefusal(refusal.code);
    const requestId = createUlid(this.#line.clock, this.#line.random);
    const decision = unrecordedDenial(this.#line, action, refusal);
    return {
      verdict: 'deny',
      decision,
      requestId,
      redactions: {},
      message: refusalMessage(action.method, decision, undefined),
    };
  }

  /** What could not be recorded by itself is recorded in aggregate. */
  #counted<End extends Enforced | EnforcedList>(end: End): End {
    if (end.receipt === undefined) this.countRefusal(end.decision.code ?? 'guard.fault');
    return end;
  }

  #track<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay.add(work);
    const forget = (): void => void this.#underWay.delete(work);
    work.then(forget, forget);
    return work;
  }

  async #writeRefusals(): Promise<void> {
    if (this.#refusals.size === 0) return;
    const counts = Object.fromEntries(this.#refusals);
    const since = this.#refusalsSince;
    this.#refusals.clear();
    const { clock, tenant, log } = this.#line;
    try {
      await log.append({
        detail: { kind: 'refusals', refusals: { counts, since } },
        tenant,
        time: clock.now(),
        monotonicNs: clock.monotonicNs(),
        retentionClass: 'decision',
        committed: {},
        concerns: [],
      });
    } catch {
      // Nothing was permitted on the strength of these; they count towards the next entry instead.
      for (const [code, count] of Object.entries(counts))
        this.#refusals.set(code, (this.#refusals.get(code) ?? 0) + count);
    }
  }
}
