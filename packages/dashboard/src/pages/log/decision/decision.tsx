/** Why: the straight line that a decision went through, and what would have changed its answer. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo } from 'react';
import { answered, api } from '../../../api/index.ts';
import { type PolicyAsked, PolicyTexts } from '../../../policy-text/index.ts';
import { PageLink } from '../../../router/index.ts';
import { AgentText } from '../../../ui/index.ts';
import { Part } from '../part.tsx';
import type { Receipt, ReceiptDetail } from '../receipts.ts';
import {
  decisionIn,
  disclosedIn,
  type OutcomeKnown,
  type RecordedDecision,
  straightLine,
  whatWouldChange,
} from './line/index.ts';
import { SaidShown } from './said-shown.tsx';
import { StepShown } from './step-shown.tsx';

/** Sentences that are shown; a decision has a few. */
const MOST_REASONS = 20;

export function Decision({ receipt }: { readonly receipt: ReceiptDetail }): ReactNode {
  const outcome = useOutcome(receipt);
  const steps = useMemo(() => straightLine(receipt, outcome), [receipt, outcome]);
  const decision = useMemo(() => decisionIn(receipt.entry), [receipt]);
  const disclosed = useMemo(() => disclosedIn(receipt.facts?.fields), [receipt]);
  const changes = useMemo(
    () => (decision === undefined ? [] : whatWouldChange(decision, disclosed, outcome)),
    [decision, disclosed, outcome],
  );
  if (decision === undefined) return null;
  const { reasons = [] } = disclosed;
  const measured = steps.map(({ tookUs = 0 }) => tookUs);
  return (
    <>
      {reasons.length > 0 && (
        <Part title="What the caller was told">
          <ul className="space-y-1">
            {reasons.slice(0, MOST_REASONS).map((reason, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- sentences may be alike
              <li key={at}>
                <AgentText text={reason} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title="What would have changed the answer">
        <ul className="space-y-1.5 border-l-2 border-line-strong pl-3">
          {changes.map((change, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- sentences have no name but their place
            <li key={at}>
              <SaidShown said={change.said} />
              {change.sealed !== undefined && (
                <span className="text-sm text-ink-3"> Sealed at the node: {change.sealed}.</span>
              )}
            </li>
          ))}
        </ul>
      </Part>
      <Part title="The straight line">
        <ol aria-label="The straight line" className="print:space-y-1">
          {steps.map((step, at) => (
            <StepShown
              key={step.number}
              step={step}
              verdict={decision.verdict}
              isLast={at === steps.length - 1}
              mostUs={Math.max(...measured)}
            >
              {besides(step.number, decision, receipt)}
            </StepShown>
          ))}
        </ol>
      </Part>
    </>
  );
}

/** The entry that closed it, from what belongs to it; read whole where there is one. */
function useOutcome({ receipt, related }: ReceiptDetail): OutcomeKnown | undefined {
  const row = related.find(({ kind, decisionOf }) => kind === 'outcome' && decisionOf === receipt);
  const { data } = useQuery({
    queryKey: ['receipts', row?.id],
    queryFn: () =>
      answered(api.GET('/v1/receipts/{receipt}', { params: { path: { receipt: row?.id ?? '' } } })),
    enabled: row !== undefined,
  });
  return row === undefined ? undefined : (data ?? row);
}

/** What a step leads to, beside what it produced. */
function besides(number: number, decision: RecordedDecision, receipt: ReceiptDetail): ReactNode {
  const { related, approval } = receipt;
  switch (number) {
    case 1: {
      const before = related.find(({ receipt: one }) => one === decision.parent);
      return before === undefined ? null : <ToEntry words="It resumes" to={before} />;
    }
    case 6:
      return (
        <>
          {approval !== undefined && (
            <p className="text-sm">
              <PageLink to={`/approvals/${approval}`}>Who was asked, and what they said</PageLink>
            </p>
          )}
          {decision.determining.length > 0 && (
            <PolicyTexts set={decision.policyHash} policies={policiesOf(decision)} />
          )}
        </>
      );
    case 12: {
      const after = related.filter(
        ({ kind, decisionOf }) => kind === 'decision' && decisionOf === receipt.receipt,
      );
      return after.map((one) => <ToEntry key={one.id} words="Judged anew as" to={one} />);
    }
    default:
      return null;
  }
}

function ToEntry({ words, to }: { readonly words: string; readonly to: Receipt }): ReactNode {
  return (
    <p className="text-sm">
      {words}{' '}
      <PageLink to="/log" search={{ open: to.id }}>
        decision {to.receipt.slice(to.receipt.lastIndexOf('#'))}
      </PageLink>
    </p>
  );
}

/** Each with what its conditions came to: that it is named here says so. */
function policiesOf({ determining, errors, verdict }: RecordedDecision): readonly PolicyAsked[] {
  const broken = new Set(errors.map(({ policy }) => policy));
  return determining.map(({ id, contentHash }) => ({
    id,
    contentHash,
    came: broken.has(id) ? 'failed' : verdict === 'allow' || verdict === 'modify' ? 'permitted' : 'refused',
  }));
}
