/** Step 4, admission: a kill switch decides the next action, on every path (defect 13). */
import { KILL_ALL, type KillScope, type Part, type StateReader, type Subject } from '../model/index.ts';

/** Code of a refusal at admission; a `Decision` carries it. */
export type KillCode = `kill.${KillScope}`;

/** Why an action is not let in. */
export interface KillRefusal {
  readonly code: KillCode;
  /** One sentence for the caller: what was stopped, and the operator's words. */
  readonly reason: string;
  /** What was killed: an agent's id, a server's name, or `server/tool`. */
  readonly id: string;
}

/** What kill switches look at. An `ActionRequest` is one. */
export interface KillTarget {
  readonly subject: Pick<Subject, 'agent' | 'chain'>;
  readonly parts: readonly Part[];
  readonly initiatingServer?: string;
}

interface Switches {
  readonly killEpoch: number;
  readonly byScope: Readonly<Record<KillScope, ReadonlyMap<string, string>>>;
}

/** Switches as last read, one set per state; gone with it. */
const CACHE = new WeakMap<StateReader, Switches>();

/**
 * Why the action is refused by a kill switch, or `undefined` where none covers it: neither its agent, nor an agent that delegated to it, nor a team of these,
 * nor a server or tool it touches, nor everything. Switches are read again only when the kill epoch moved; `killEpoch` is that of this instant, where the caller has
 * just read it.
 *
 * Faults with `log.unavailable` where the state cannot be read; the caller denies.
 */
export function admit(
  state: StateReader,
  subject: KillTarget['subject'],
  parts: readonly Part[],
  initiatingServer?: string,
  killEpoch: number = killEpochOf(state),
): KillRefusal | undefined {
  const { byScope } = currentSwitches(state, killEpoch);
  if (Object.values(byScope).every(({ size }) => size === 0)) return undefined;
  for (const [scope, id] of touched(subject, parts, initiatingServer)) {
    const words = byScope[scope].get(id);
    if (words === undefined) continue;
    const why = words === '' ? '' : `: ${words}`;
    const what = scope === 'all' ? 'everything here' : `the ${scope} \`${id}\``;
    return { code: `kill.${scope}`, id, reason: `${what} was stopped by an operator${why}` };
  }
  return undefined;
}

/** The present kill epoch, for cheap looking whether anything moved. */
export function killEpochOf(state: StateReader): number {
  // Kills hold for every policy scope, so any scope reads the same epoch.
  return state.epochs('').killEpoch;
}

/** INVARIANT: the epoch is read before the switches, so a switch thrown in between is kept under the older epoch and read again next time; never the other way round. */
function currentSwitches(state: StateReader, killEpoch: number): Switches {
  const cached = CACHE.get(state);
  if (cached?.killEpoch === killEpoch) return cached;
  const byScope = {
    agent: new Map<string, string>(),
    team: new Map<string, string>(),
    server: new Map<string, string>(),
    tool: new Map<string, string>(),
    all: new Map<string, string>(),
  };
  for (const kill of state.kills()) byScope[kill.scope].set(kill.id, kill.reason);
  const switches = { killEpoch, byScope };
  CACHE.set(state, switches);
  return switches;
}

/** Every switch that would stop the action. */
export function touched(
  subject: KillTarget['subject'],
  parts: readonly Part[],
  initiatingServer?: string,
): readonly (readonly [KillScope, string])[] {
  const found: [KillScope, string][] = [['all', KILL_ALL]];
  for (const { id, team } of [subject.agent, ...subject.chain]) {
    found.push(['agent', id]);
    if (team !== undefined) found.push(['team', team]);
  }
  if (initiatingServer !== undefined) found.push(['server', initiatingServer]);
  for (const { resource } of parts) {
    if (resource.server !== undefined) found.push(['server', resource.server]);
    switch (resource.type) {
      case 'tool':
        found.push(['server', serverOf(resource.id)], ['tool', resource.id]);
        break;
      case 'prompt':
        found.push(['server', serverOf(resource.id)]);
        break;
      case 'server':
      case 'agent':
        found.push([resource.type, resource.id]);
        break;
      case 'data':
      case 'program':
      case 'host':
      case 'file':
      case 'sandbox':
        break;
      default:
        resource.type satisfies never;
    }
  }
  return found;
}

function serverOf(id: string): string {
  const slash = id.indexOf('/');
  return slash < 0 ? id : id.slice(0, slash);
}
