/** A guard that is measured: what was judged how, how long the gateway and the server took, and one line for what an operator should see. */
import type { Clock, Enforced, EnforcedList, Guard, InterceptedAction, Outcome } from '@writ/core';
import type { LogLevel } from '../config/index.ts';
import { METHOD_TABLE } from '../mcp/index.ts';
import type { EventLog } from './event-log.ts';
import { OTHER } from './labels.ts';
import type { Metrics } from './metrics.ts';

/** What a guard is measured with. */
export interface MeterOptions {
  readonly metrics: Metrics;
  readonly events: EventLog;
  readonly clock: Pick<Clock, 'monotonicNs'>;
  /** Era of the sessions that use it. */
  readonly era: string;
  /** Whether a server of this name is configured: only such names reach metrics and lines. */
  readonly isServer: (name: string) => boolean;
}

const NS_PER_S = 1e9;
const MS_PER_S = 1_000;
const METHODS: ReadonlySet<string> = new Set(METHOD_TABLE.map(({ method }) => method));

/** `guard`, measured. It decides nothing, and what it measures is known only after the decision. */
export function meterGuard(guard: Guard, options: MeterOptions): Guard {
  const { metrics, clock } = options;
  return {
    async enforce(action, perform, shape) {
      const begun = clock.monotonicNs();
      let upstreamNs = 0n;
      let isHeld = false;
      const waited: InterceptedAction = {
        ...action,
        onWaiting(hold) {
          isHeld = true;
          action.onWaiting?.(hold);
        },
      };
      const enforced = await guard.enforce(
        waited,
        async (performance) => {
          const started = clock.monotonicNs();
          try {
            return await perform(performance);
          } finally {
            upstreamNs = clock.monotonicNs() - started;
          }
        },
        shape,
      );
      const wholeNs = clock.monotonicNs() - begun;
      if (!isHeld) metrics.took('guard', Number(wholeNs - upstreamNs) / NS_PER_S);
      if (upstreamNs > 0n) metrics.took('upstream', Number(upstreamNs) / NS_PER_S);
      count(options, action, enforced, 'call');
      tell(options, action, enforced, Number(wholeNs) / NS_PER_S);
      return enforced;
    },
    async list(action) {
      const enforced = await guard.list(action);
      count(options, action, enforced, 'list');
      return enforced;
    },
    countRefusal: (code) => guard.countRefusal(code),
    close: () => guard.close(),
  };
}

function count(
  { metrics, era, isServer }: MeterOptions,
  action: InterceptedAction,
  { verdict }: Pick<Enforced | EnforcedList, 'verdict'>,
  phase: 'call' | 'list',
): void {
  const { server, tool } = targetOf(action, isServer);
  metrics.called({ server, phase, verdict, face: action.face, era, ...(tool === undefined ? {} : { tool }) });
}

/** What is said of an action by its outcome: `failed` and `unknown` may have taken effect, and must not read as if they had not. */
const SAID: Readonly<Record<Outcome | 'refused', readonly [event: string, text: string]>> = {
  performed: ['call.performed', 'a call ran'],
  failed: ['call.failed', 'a call failed'],
  withheld: ['call.withheld', 'a call ran, and its result was withheld'],
  unknown: ['call.unknown', 'nobody knows whether a call took effect'],
  not_performed: ['call.refused', 'a call did not run'],
  refused: ['call.refused', 'a call did not run'],
};

/** One line: what ran is for who looks closely, what did not, or went wrong, is for everybody. */
function tell(
  { events, era, isServer }: MeterOptions,
  action: InterceptedAction,
  { verdict, decision, receipt, requestId, outcome }: Enforced,
  seconds: number,
): void {
  const hasRun = outcome === 'performed';
  const level: LogLevel = hasRun ? 'debug' : 'info';
  if (!events.takes(level)) return;
  const { server } = targetOf(action, isServer);
  const [event, text] = SAID[outcome ?? 'refused'];
  events.write(level, event, text, {
    request: requestId,
    ...(receipt === undefined ? {} : { receipt }),
    server,
    method: METHODS.has(action.method) ? action.method : OTHER,
    verdict,
    ...(outcome === undefined ? {} : { outcome }),
    ...(hasRun ? {} : { code: decision.code }),
    era,
    ms: Math.round(seconds * MS_PER_S * 10) / 10,
  });
}

/** INVARIANT: a tool is named only where its definition is pinned; every other name is a caller's own text. */
function targetOf(
  { parts, definitionPin }: InterceptedAction,
  isServer: (name: string) => boolean,
): { readonly server: string; readonly tool?: string } {
  const resource = parts[0]?.resource;
  if (resource === undefined) return { server: OTHER };
  const slash = resource.id.indexOf('/');
  const name =
    resource.type === 'data'
      ? (resource.server ?? '')
      : slash < 0
        ? resource.id
        : resource.id.slice(0, slash);
  if (!isServer(name)) return { server: OTHER };
  const isTool = resource.type === 'tool' && definitionPin !== undefined;
  return isTool ? { server: name, tool: resource.id.slice(slash + 1) } : { server: name };
}
