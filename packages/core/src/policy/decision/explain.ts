/** Sentences for the caller: what decided, in the policies' own words where they have some. */
import type { Verdict } from '../../model/index.ts';
import type { Policy, PolicyLevel } from '../language/index.ts';

/** The policy and whether it failed. */
export interface Determinant {
  readonly policy: Policy;
  readonly status: 'applies' | 'errs';
}

/** Reasons for `verdict`; `denied` says what no policy permits, for a denial by default. */
export function explain(
  verdict: Verdict,
  determining: readonly Determinant[],
  denied: readonly string[],
): readonly string[] {
  const reasons = determining.map((one) => sentence(verdict, one)).filter((text) => text !== undefined);
  return [...new Set([...reasons, ...(verdict === 'deny' ? denied : [])])];
}

function sentence(verdict: Verdict, { policy, status }: Determinant): string | undefined {
  if (status === 'errs') return `policy \`${policy.id}\` could not be evaluated`;
  if (policy.reason !== undefined) return policy.reason;
  switch (verdict) {
    case 'deny':
      return `policy \`${policy.id}\` forbids it`;
    case 'defer':
      return `policy \`${policy.id}\` needs more context`;
    case 'step_up':
      return `policy \`${policy.id}\` needs an approval`;
    case 'allow':
    case 'modify':
      return undefined;
    default:
      return verdict satisfies never;
  }
}

/** ``no policy permits `tools/call` on `files/write_file` ``; a level below the organisation is named. */
export function deniedByDefault(
  action: string,
  resource: string,
  principal?: string,
  level?: PolicyLevel,
): string {
  const who = principal === undefined ? '' : ` for \`${principal}\``;
  const whose =
    level === undefined || level.kind === 'organisation'
      ? ''
      : ` of the ${level.kind} \`${level.kind === 'team' ? level.team : level.agent}\``;
  return `no policy${whose} permits \`${action}\` on \`${resource}\`${who}`;
}
