/** The face of hooks: what a host says becomes an action, what the guard answers becomes the host's own words. */
import {
  canonicalJson,
  type Confinement,
  describeFault,
  type Enforced,
  Fault,
  type Guard,
  isFault,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
  type Performance,
  type Timers,
} from '@writ/core';
import { denial, withheld } from '../client/index.ts';
import type {
  HookActions,
  HookAnswer,
  HookConfiner,
  HookEvent,
  HookReply,
  HostAdapter,
  HostId,
} from '../types.ts';
import { type HostEnd, PendingCalls } from './pending.ts';

/** The code in the record of a result that the host had shown its model before anybody judged it. */
const SHOWN = 'hook.shown';

/** What the face stands on. */
export interface HookFacePorts {
  readonly guard: Guard;
  readonly adapters: Readonly<Partial<Record<HostId, HostAdapter>>>;
  readonly actions: HookActions;
  /** Absent: what policy lets run only confined is denied. */
  readonly confiner?: HookConfiner;
  readonly timers: Timers;
  /** Told of holds that wait for a person, and of defects. */
  readonly report: (line: string) => void;
}

/** Which hook asks: as its command line, written by the installer, says it. */
export interface HookCall {
  readonly host: string;
  readonly event: string;
  readonly cwd: string;
  /** Where the host was started, absolute, if it tells its hooks. */
  readonly project?: string;
}

/** The face over one guard. */
export class HookFace {
  readonly #ports: HookFacePorts;
  readonly #pending: PendingCalls;

  constructor(ports: HookFacePorts) {
    this.#ports = ports;
    this.#pending = new PendingCalls(ports.timers);
  }

  /** Calls under way at hosts. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Outcomes of calls that are under way at hosts are unknown from here on. */
  close(): void {
    this.#pending.close();
  }

  /** What `call` is told of `payload`. `signal` aborts when the hook is gone. Never rejects: whatever cannot be answered is a denial. */
  async handle(call: HookCall, payload: Uint8Array, signal: AbortSignal): Promise<HookReply> {
    const adapter = Object.hasOwn(this.#ports.adapters, call.host)
      ? this.#ports.adapters[call.host as HostId]
      : undefined;
    let event: HookEvent | undefined;
    try {
      if (adapter === undefined) throw new Fault('cli.usage', `no host \`${call.host}\` is known`);
      event = adapter.read(readJson(payload), call);
      return adapter.reply(await this.#answer(call, adapter, event, signal), event);
    } catch (thrown) {
      const code = isFault(thrown) ? thrown.code : 'guard.fault';
      this.#ports.guard.countRefusal(code);
      if (!isFault(thrown)) this.#ports.report(`a hook of ${call.host} failed: ${describeFault(thrown)}`);
      return (call.event === 'after' ? withheld : denial)(
        call.host,
        `Writ denied this: ${describeFault(thrown)}`,
      );
    }
  }

  #answer(
    { event: installed }: HookCall,
    adapter: HostAdapter,
    event: HookEvent,
    signal: AbortSignal,
  ): Promise<HookAnswer> {
    // INVARIANT: what stands before calls is never passed because it calls itself something else.
    if (installed !== event.event && installed !== 'other')
      throw new Fault('request.invalid', `\`${event.name.slice(0, 60)}\` is no event ${installed} a call`);
    switch (event.event) {
      case 'before':
        return this.#before(adapter, event, signal);
      case 'after':
        return this.#after(adapter, event);
      case 'other':
        return Promise.resolve({ kind: 'pass' });
      default:
        return event.event satisfies never;
    }
  }

  async #before(adapter: HostAdapter, given: HookEvent, signal: AbortSignal): Promise<HookAnswer> {
    const { guard, actions, report, confiner } = this.#ports;
    const isRewritten = adapter.can.rewriteInput && given.isFixed !== true;
    const event = confiner?.plain(given) ?? given;
    const action = await actions.action(event);
    const confines = isRewritten ? confiner?.able(event) : undefined;
    const ended = Promise.withResolvers<HostEnd>();
    const answered = Promise.withResolvers<HookAnswer>();
    const ending = new AbortController();
    const leave = (): void => ending.abort();
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
    let isError = false;
    const perform = async (performance: Performance): Promise<JsonValue> => {
      const { args, confinement } = performance;
      const isChanged = canonicalJson(args) !== canonicalJson(event.input);
      const input =
        confinement !== undefined
          ? await confinedInput(confiner, { ...event, input: args }, confinement)
          : isChanged
            ? args
            : given.input;
      const answer = permission(given, isRewritten, performance, input);
      // From here on it is the host's: the hook ends as it should.
      signal.removeEventListener('abort', leave);
      // A host without ids of calls names the call at its end by what was asked, or by what it ran.
      const names = [given, { ...given, input }];
      this.#pending.add(names, { end: ended.resolve, giveUp: leave, enforced });
      answered.resolve(answer);
      const end = await ended.promise;
      ({ isError } = end);
      return end.output;
    };
    const shape = (): { readonly isError: boolean; readonly code?: string } => ({
      isError,
      ...(isShown(adapter, isError) ? { code: SHOWN } : {}),
    });
    const host = { asks: adapter.can.ask };
    // INVARIANT: the guard performs nothing before its decision is on the disk, and so never before this is there.
    const enforced: Promise<Enforced> = guard.enforce(
      {
        ...action,
        wait: false,
        showsNotices: true,
        signal: ending.signal,
        host,
        ...(confines === undefined ? {} : { confines }),
      },
      perform,
      shape,
    );
    const refused = enforced.then(({ message, hold, error, notice }): HookAnswer => {
      if (hold !== undefined)
        report(`${hold.reference} waits for a person: \`writ approvals show ${hold.reference}\``);
      const reason = isFault(error) ? error.message : message;
      // What a host shows of a hook that refuses is its reason.
      return { kind: 'deny', reason: notice === undefined ? reason : `${reason}\n\n${notice.text}` };
    });
    return Promise.race([answered.promise, refused]);
  }

  async #after(adapter: HostAdapter, event: HookEvent): Promise<HookAnswer> {
    const call = this.#pending.take(event);
    if (call === undefined) {
      this.#ports.guard.countRefusal('hook.unjoined');
      return {
        kind: 'withhold',
        reason: 'Writ knows of no decision that let this call run; its result is withheld.',
      };
    }
    const output = event.output ?? null;
    call.end({ output, isError: event.isError ?? false });
    const { result, message } = await call.enforced;
    if (result === undefined) return { kind: 'withhold', reason: message };
    if (canonicalJson(result) === canonicalJson(output)) return { kind: 'pass' };
    const note = 'Writ replaced parts of this result, as policy says.';
    if (adapter.can.replaceOutput !== false) return { kind: 'output', output: result, note };
    return {
      kind: 'withhold',
      reason:
        'Policy wants parts of this result kept back, which this host cannot do: do not use it or pass it on.',
    };
  }
}

/** Whether the model has seen a result before anybody judged it. */
function isShown({ can: { replaceOutput } }: HostAdapter, isError: boolean): boolean {
  return replaceOutput === false || (replaceOutput === 'successes' && isError);
}

function confinedInput(
  confiner: HookConfiner | undefined,
  event: HookEvent,
  confinement: Confinement,
): Promise<JsonObject> {
  // INVARIANT: the guard permits it only where the face said that it can; nothing runs without where it was asked for.
  if (confiner === undefined)
    throw new Fault('guard.aborted', `policy lets this run only confined as \`${confinement}\``);
  return confiner.confined(event, confinement);
}

/** What the host is told where it may run with `input`. Throws where it cannot run it as it was permitted. */
function permission(
  event: HookEvent,
  isRewritten: boolean,
  { ask, signal }: Performance,
  input: JsonObject,
): HookAnswer {
  if (signal.aborted)
    throw new Fault('guard.aborted', 'the hook left before it was answered; the call was not run');
  const isChanged = canonicalJson(input) !== canonicalJson(event.input);
  if (isChanged && !isRewritten)
    throw new Fault(
      'guard.aborted',
      'policy lets this run only with other arguments, which this host cannot take from a hook',
    );
  const changed: { readonly input?: JsonObject } = isChanged ? { input } : {};
  if (ask === undefined) return { kind: 'allow', ...changed };
  return { kind: 'ask', reason: ask.join(' ') || 'Writ asks before this runs.', ...changed };
}

function readJson(payload: Uint8Array): JsonValue {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(payload);
  } catch (cause) {
    throw new Fault('request.invalid', 'what the host wrote is no UTF-8', {}, { cause });
  }
  return parseStrictJson(text);
}
