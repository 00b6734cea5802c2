/** Whether what is shown is what a signature would be for: the digest of an action, computed here out of what the page shows. */
import { canonicalJson, plainSha256 } from '@writ/core/proof';

/** What a page shows of a held action, as far as its digest goes. */
export interface ShownHold {
  readonly logNode: string;
  readonly agent: string;
  readonly chain: readonly string[];
  readonly person?: string | undefined;
  readonly method: string;
  readonly targets: readonly {
    readonly action: string;
    readonly type: string;
    readonly id: string;
    readonly server?: string | undefined;
  }[];
  readonly args?: Readonly<Record<string, unknown>> | undefined;
  readonly masked: number;
  readonly digested?:
    | {
        readonly tenant: string;
        readonly session: string;
        readonly initiator: string;
        readonly phase: string;
        readonly definitionPin?: string | undefined;
      }
    | undefined;
  readonly digest: string;
}

/** `unknown`: secrets are masked, or the node tells too little. INVARIANT: whoever shows something else than what they have signed gets `other`. */
export function digestOfShown(shown: ShownHold): 'same' | 'other' | 'unknown' {
  const { digested, args, masked } = shown;
  if (masked > 0 || digested === undefined || args === undefined) return 'unknown';
  try {
    const text = canonicalJson([
      'writ/action/v1',
      digested.tenant,
      shown.logNode,
      digested.session,
      digested.initiator,
      null,
      digested.phase,
      shown.method,
      shown.targets.map(({ action, type, id, server }) => [action, type, id, server ?? null]),
      shown.agent,
      shown.person ?? null,
      [...shown.chain],
      args as Parameters<typeof canonicalJson>[0],
      digested.definitionPin ?? null,
    ]);
    return hex(plainSha256(new TextEncoder().encode(text))) === shown.digest ? 'same' : 'other';
  } catch {
    // What has no canonical form was never digested by anybody.
    return 'other';
  }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
