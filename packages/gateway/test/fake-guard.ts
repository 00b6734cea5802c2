/** A guard that does what a test says, and remembers what it was asked. */
import {
  type Decision,
  type Enforced,
  type EnforcedList,
  Fault,
  type Guard,
  type InterceptedAction,
  type JsonObject,
  type JsonValue,
  type Verdict,
} from '@writ/core';

/** What the guard answers to one action. */
export type Ruling =
  | 'allow'
  | 'deny'
  | 'defer'
  | 'fault'
  | 'withhold'
  | { readonly modify: JsonObject }
  | { readonly redact: JsonValue }
  /** Waits for `release`, then goes on as it says. */
  | { readonly hold: Promise<'allow' | 'step_up'> };

/** The guard and its memory. */
export interface FakeGuard extends Guard {
  readonly actions: InterceptedAction[];
  readonly refusals: string[];
  /** Receipts given out so far. */
  readonly receipts: string[];
  /** Aborts everything under way, like a kill. */
  kill(): void;
}

/** A guard whose `rule` decides; `sees` says which list items are visible, `admits` with which code a whole list is refused before policy. */
export function createFakeGuard(
  rule: (action: InterceptedAction) => Ruling = () => 'allow',
  sees: (action: InterceptedAction, index: number) => boolean = () => true,
  admits: (action: InterceptedAction) => string | undefined = () => undefined,
): FakeGuard {
  const actions: InterceptedAction[] = [];
  const refusals: string[] = [];
  const receipts: string[] = [];
  const killed = new AbortController();
  const receiptOf = (): string => {
    const receipt = `fake.example/log#${receipts.length}`;
    receipts.push(receipt);
    return receipt;
  };
  const end = (verdict: Verdict, more: Partial<Enforced> = {}): Enforced => ({
    verdict,
    decision: decisionOf(verdict, more.outcome === undefined ? {} : { source: 'policy' }),
    receipt: receiptOf(),
    requestId: '01J00000000000000000000000',
    redactions: {},
    message: `${verdict} by the fake guard`,
    ...more,
  });
  return {
    actions,
    refusals,
    receipts,
    kill: () => killed.abort(new Fault('guard.aborted', 'killed')),
    countRefusal: (code) => void refusals.push(code),
    close: () => Promise.resolve(),
    list(action): Promise<EnforcedList> {
      actions.push(action);
      const code = admits(action);
      if (code !== undefined) {
        const decision = decisionOf('deny', { source: 'admission', code });
        const hidden = action.parts.map(() => false);
        return Promise.resolve({ verdict: 'deny', visible: hidden, decision, message: 'killed' });
      }
      const visible = action.parts.map((_part, index) => sees(action, index));
      return Promise.resolve({
        verdict: 'allow',
        visible,
        decision: decisionOf('allow', { source: 'policy' }),
        message: 'listed',
      });
    },
    async enforce(action, perform, shape) {
      actions.push(action);
      if (action.refusal !== undefined) {
        const { code, reason } = action.refusal;
        return end('deny', { decision: decisionOf('deny', { code, source: 'admission' }), message: reason });
      }
      let ruling = rule(action);
      if (typeof ruling === 'object' && 'hold' in ruling) {
        const hold = { reference: 'fake.example/log#7', expires: 1_800_000_000_000 };
        action.onWaiting?.(hold);
        const gone = new Promise<'step_up'>((resolve) =>
          action.signal?.addEventListener('abort', () => resolve('step_up'), { once: true }),
        );
        const released = await Promise.race([ruling.hold, gone]);
        if (released === 'step_up') return end('step_up', { hold });
        ruling = 'allow';
      }
      if (ruling === 'fault') throw new Fault('log.unavailable', 'the disk is full');
      if (ruling === 'deny') return end('deny');
      if (ruling === 'defer')
        return end('defer', { decision: decisionOf('defer', { needs: ['context.user.mfa'] }) });
      const args = typeof ruling === 'object' && 'modify' in ruling ? ruling.modify : action.args;
      const signal = AbortSignal.any([
        killed.signal,
        ...(action.signal === undefined ? [] : [action.signal]),
      ]);
      const aborted = new Promise<'aborted'>((resolve) =>
        signal.addEventListener('abort', () => resolve('aborted'), { once: true }),
      );
      const receipt = receiptOf();
      try {
        const performing = perform({ args, digest: 'd', receipt, signal });
        performing.catch(() => {});
        const result = await Promise.race([performing, aborted]);
        if (result === 'aborted') return end('allow', { outcome: 'unknown', message: 'aborted' });
        if (ruling === 'withhold') {
          return end('allow', { outcome: 'withheld', delivery: decisionOf('deny', {}), message: 'withheld' });
        }
        const delivered = typeof ruling === 'object' && 'redact' in ruling ? ruling.redact : result;
        const outcome = shape?.(result).isError === true ? 'failed' : 'performed';
        return end(typeof ruling === 'object' ? 'modify' : 'allow', { outcome, result: delivered });
      } catch (error) {
        return end('allow', { outcome: 'failed', error, message: 'failed' });
      }
    },
  };
}

function decisionOf(verdict: Verdict, more: Partial<Decision>): Decision {
  return {
    verdict,
    mode: 'strict',
    source: 'policy',
    determining: [{ id: 'a-policy', contentHash: '00' }],
    errors: [],
    policyHash: '',
    schemaHash: '',
    entitiesHash: '',
    engineVersion: 'fake',
    killEpoch: 0,
    policyEpoch: 0,
    labelsVersion: 0,
    parts: [],
    obligations: [],
    checks: [],
    approvals: [],
    isolation: 'unisolated',
    held: [],
    needs: [],
    unjudgedArgs: [],
    reasons: [],
    ...more,
  };
}
