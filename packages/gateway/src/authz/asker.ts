/** What a question is answered with, whichever protocol it came in. */
import {
  type Caller,
  canonicalJson,
  type Enforced,
  type Guard,
  type InterceptedAction,
  type JsonObject,
} from '@writ/core';

/** What answering stands on. */
export interface AuthzPorts {
  readonly guard: Pick<Guard, 'enforce' | 'list' | 'countRefusal'>;
  readonly now: () => number;
  /** The service as its clients know it, without a slash at the end. */
  readonly url: () => string;
}

/** Who asks: a gateway that proved to be the holder of a token with the scope for it. */
export type Asker = Caller;

/** An answer that every protocol can carry. */
export interface Verdict {
  readonly decision: boolean;
  readonly context: JsonObject;
}

/**
 * Judges `action` and says whether the gateway that asked may go on. The record holds it like any other; its outcome says that the answer was given, and not
 * what the gateway made of it. What policy would only let through changed is refused: no protocol here can carry the change.
 */
export async function ask(ports: AuthzPorts, action: InterceptedAction): Promise<Verdict> {
  if (action.phase === 'list') {
    const { verdict, visible, receipt, decision, message } = await ports.guard.list(action);
    const isSeen = verdict === 'allow' && visible.every(Boolean);
    return verdictOf(isSeen, {
      verdict: isSeen ? 'allow' : 'deny',
      message,
      decision,
      ...(receipt === undefined ? {} : { receipt }),
    });
  }
  const before = canonicalJson(action.args);
  const enforced = await ports.guard.enforce(
    { ...action, wait: false, delivers: [] },
    ({ args }) =>
      Promise.resolve(
        canonicalJson(args) === before ? { answered: 'permitted' } : { failed: 'authz.changed' },
      ),
    (result) => ({ isError: typeof result === 'object' && result !== null && 'failed' in result }),
  );
  const isPermitted = enforced.verdict === 'allow' && enforced.outcome === 'performed';
  const message =
    enforced.verdict === 'modify'
      ? 'Permitted only with changed arguments, which this answer cannot carry: refused.'
      : enforced.message;
  return verdictOf(isPermitted, { ...enforced, message });
}

function verdictOf(
  decision: boolean,
  told: Pick<Enforced, 'verdict' | 'message' | 'decision' | 'receipt' | 'hold'>,
): Verdict {
  const { verdict, message, receipt, hold } = told;
  const { code, determining, needs } = told.decision;
  return {
    decision,
    context: {
      verdict,
      message,
      policies: determining.map(({ id }) => id),
      ...(code === undefined ? {} : { code }),
      ...(receipt === undefined ? {} : { receipt }),
      ...(needs.length === 0 ? {} : { needs: [...needs] }),
      ...(hold === undefined
        ? {}
        : { reference: hold.reference, expires: new Date(hold.expires).toISOString() }),
    },
  };
}
