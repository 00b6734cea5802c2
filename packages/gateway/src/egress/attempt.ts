/** One attempt to reach a host, as the guard judges it: before anything is connected, and with everything that is known of where it leads. */
import type { Caller, Enforced, Guard, InterceptedAction, JsonObject, Part } from '@writ/core';
import { isMalformed, normalResource, readAuthority, type Target } from './target/index.ts';
import { reach, type Reached, type ReachPorts } from './reach/index.ts';
import { type NetworkClass, urlHost } from '../network/index.ts';

/** What is asked for. */
export interface Asked {
  readonly target: Target;
  /** Who asks; absent: the node's own agent. */
  readonly caller?: Caller;
  /** What of the body is looked at, as text; absent where there is none to see. */
  readonly body?: string;
  /** Whether a body goes along that nobody looked at. */
  readonly hasUnreadBody?: boolean;
  /** Why it is refused already, whoever asks. */
  readonly refusal?: { readonly code: string; readonly reason: string };
  /** Ends when the client is gone before anything was connected. */
  readonly signal: AbortSignal;
}

/** What is sent, as it was judged. */
export interface Sent {
  readonly address: string;
  readonly target: Target;
  /** Present where it was looked at. */
  readonly body?: string;
  readonly receipt: string;
  readonly signal: AbortSignal;
}

/** What an attempt stands on. */
export interface AttemptPorts extends ReachPorts {
  readonly guard: Pick<Guard, 'enforce'>;
  /** Whether policy could permit it if it led to a public address. Where it could not, its name is not looked up before it is judged: names are told to others. */
  readonly couldPermit: (action: InterceptedAction) => boolean;
}

/** What is known of where it leads. */
interface Place {
  readonly network: NetworkClass;
  readonly address?: string;
}

/**
 * Takes one attempt along the guard's line. `perform` connects and moves what there is to move; what it answers is an account for the record, in which
 * `failed` says that nothing was reached. Never rejects.
 */
export async function attempt(
  ports: AttemptPorts,
  asked: Asked,
  perform: (sent: Sent) => Promise<JsonObject>,
): Promise<Enforced> {
  const { target } = asked;
  const unseen = actionOf(asked, { network: 'unknown' });
  const isWorthLookingUp =
    asked.refusal === undefined && ports.couldPermit(actionOf(asked, { network: 'public' }));
  const reached = isWorthLookingUp ? await reach(ports, target.host, target.port) : undefined;
  const action = reached === undefined ? unseen : actionOf(withRefusal(asked, reached), reached);
  return ports.guard.enforce(
    action,
    async ({ args, receipt, signal }) => {
      const place = reached ?? (await lateReach(ports, target));
      if (place.is === 'refused') return { failed: place.code };
      const changed = changedTarget(target, args);
      const { body } = args;
      return perform({
        address: place.address,
        target: changed,
        ...(typeof body === 'string' ? { body } : {}),
        receipt,
        signal,
      });
    },
    (result) => ({ isError: typeof result === 'object' && result !== null && 'failed' in result }),
  );
}

/** Permitted by what only the guard knew (labels of a session). Policy saw no address then, so nothing but a public one will do. */
async function lateReach(ports: ReachPorts, { host, port }: Target): Promise<Reached> {
  const reached = await reach(ports, host, port);
  if (reached.is === 'refused' || reached.network === 'public') return reached;
  return {
    is: 'refused',
    code: 'egress.address',
    reason: 'it was not judged where it leads',
    network: reached.network,
  };
}

function withRefusal(asked: Asked, reached: Reached): Asked {
  if (reached.is === 'reached') return asked;
  const { code, reason } = reached;
  return { ...asked, refusal: { code, reason } };
}

/** The action of an attempt. */
export function actionOf(asked: Asked, place: Place): InterceptedAction {
  const { target, caller, body, hasUnreadBody, refusal, signal } = asked;
  const { method, resource } = target;
  const args: JsonObject =
    method === undefined || resource === undefined
      ? { connect: `${urlHost(target.host)}:${target.port}` }
      : {
          method,
          url: `${target.scheme}://${urlHost(target.host)}:${target.port}${resource}`,
          ...(body === undefined ? {} : { body }),
          ...(hasUnreadBody === true ? { unread: 'body' } : {}),
        };
  return {
    face: 'egress',
    initiator: 'agent',
    phase: 'call',
    method: 'network/egress',
    ...(caller === undefined ? {} : { caller }),
    parts: [partOf(target, place, hasUnreadBody === true)],
    partsOf: (changed) => [partOf(changedTarget(target, changed), place, hasUnreadBody === true)],
    args,
    // A stream flows while it is performed: what comes back to the guard is an account of it.
    delivers: [],
    // Clients of proxies give up sooner than people answer: they are told the reference, and ask again.
    wait: false,
    signal,
    ...(refusal === undefined ? {} : { refusal }),
  };
}

function partOf({ scheme, host, port, method, resource }: Target, place: Place, isUnread: boolean): Part {
  return {
    action: { name: 'network/egress' },
    resource: { type: 'host', id: host },
    args: {
      host,
      port,
      scheme,
      ...(method === undefined ? {} : { method }),
      ...(resource === undefined ? {} : { path: resource.split('?', 1)[0] ?? '/' }),
      ...(place.address === undefined ? {} : { address: place.address }),
      network: place.network,
      by: 'proxy',
      ...(isUnread ? { unresolved: ['body'] } : {}),
    },
  };
}

/** `target` with the path that changed arguments have. Throws where they name another host: a redaction took a piece of it. */
function changedTarget(target: Target, { url }: JsonObject): Target {
  if (target.resource === undefined) return target;
  const [, authority = '', resource = ''] =
    /^[a-z]+:\/\/([^/]+)(\/.*)$/s.exec(typeof url === 'string' ? url : '') ?? [];
  const place = readAuthority(authority);
  if (isMalformed(place) || place.host !== target.host || place.port !== target.port)
    throw new TypeError('the changed URL is of another host');
  if (resource === target.resource) return target;
  const changed = normalResource(resource);
  if (changed === undefined) throw new TypeError('the changed URL cannot be read');
  return { ...target, resource: changed };
}
