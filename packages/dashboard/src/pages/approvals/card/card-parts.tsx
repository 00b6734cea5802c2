/** Parts of the card: which policies hold it, who answered, and what its agent asked before. */
import { lazy, type ReactNode, Suspense } from 'react';
import { SessionLink } from '../../../receipts/index.ts';
import { PageLink } from '../../../router/index.ts';
import { AgentText, Badge, Id, Skeleton, Time } from '../../../ui/index.ts';
import { progressOf, REFUSED } from '../judge-shown.ts';
import { type Held, useNames } from '../queries.ts';
import { Section } from './section.tsx';
import { StatusBadge } from './status-badge.tsx';

/** Read after the card is there: who decides reads what is asked first. */
const PolicyTexts = lazy(async () => ({
  default: (await import('../../../policy-text/index.ts')).PolicyTexts,
}));

/** What the policies say that hold it, with the condition that did. */
export function HeldBy({ held: { policyHash, policies } }: { readonly held: Held }): ReactNode {
  if (policies.length === 0) return null;
  return (
    <Suspense fallback={<Skeleton label="Loading the policies" rows={3} />}>
      <PolicyTexts
        set={policyHash}
        policies={policies.map(({ id, contentHash }) => ({ id, contentHash, came: 'refused' }))}
      />
    </Suspense>
  );
}

export function Policies({ held }: { readonly held: Held }): ReactNode {
  return (
    <ul className="divide-y divide-line rounded-md border border-line bg-panel text-sm">
      {progressOf(held).map(({ id, contentHash, approvers, quorum, isMine }) => (
        <li key={contentHash} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-3 py-2">
          <span className="font-mono">
            <AgentText text={id} limit={120} />
          </span>
          <span className="text-ink-2">
            asks for {quorum === 1 ? 'one of' : `${quorum} of`}{' '}
            {approvers.length === 0 ? 'all approvers' : <AgentText text={approvers.join(', ')} limit={200} />}
          </span>
          {isMine && <Badge tone="accent">you count</Badge>}
          <span className="ml-auto">
            <Id id={contentHash} label="policy" />
          </span>
        </li>
      ))}
    </ul>
  );
}

const METHODS = {
  key: 'with a key of theirs',
  passkey: 'with a passkey',
  server: 'known by their sign-in alone, signed by the server',
} as const;

export function Answers({ held: { answers } }: { readonly held: Held }): ReactNode {
  const names = useNames();
  if (answers.length === 0) return null;
  return (
    <ul aria-label="Answers" className="space-y-1 text-sm">
      {answers.map(({ person, answer, method, at, reason, refused }) => {
        const name = names.get(person);
        return (
          <li key={`${person} ${at}`}>
            <span className={answer === 'approve' ? 'font-medium text-allow' : 'font-medium text-deny'}>
              {answer === 'approve' ? '● approved' : '■ refused'}
            </span>{' '}
            by {name === undefined ? <Id id={person} label="person" /> : <AgentText text={name} limit={80} />}{' '}
            <span className="text-ink-3">
              <Time at={at} />, {METHODS[method]}
            </span>
            {reason !== undefined && (
              <>
                : <AgentText text={reason} />
              </>
            )}
            {refused !== undefined && (
              <p className="text-step-up">◆ Its node does not count it: {REFUSED[refused]}.</p>
            )}
          </li>
        );
      })}
    </ul>
  );
}

export function Before({ held: { recent, agent, digested } }: { readonly held: Held }): ReactNode {
  return (
    <Section title="What this agent asked before">
      {recent.length === 0 ? (
        <p className="text-sm text-ink-2">Nothing that waited for people, in what is kept here.</p>
      ) : (
        <ul
          aria-label="What this agent asked before"
          className="divide-y divide-line rounded-md border border-line text-sm"
        >
          {recent.map(({ id, targets, status, created }) => (
            <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 px-3 py-1.5">
              <StatusBadge status={status} />
              <PageLink to={`/approvals/${id}`} className="min-w-0 flex-1 truncate font-mono hover:underline">
                <AgentText text={targets.map((target) => target.id).join(', ')} limit={120} />
              </PageLink>
              <span className="text-ink-3">
                <Time at={created} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <p className="text-sm">
        <PageLink to="/log" search={{ agent }}>
          All that it did
        </PageLink>
        {digested !== undefined && (
          <>
            {' · '}
            <SessionLink session={digested.session}>How its session came to this</SessionLink>
          </>
        )}
      </p>
    </Section>
  );
}
