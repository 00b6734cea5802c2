/** One held call: everything that somebody needs to say yes or no, in the order in which they need it. */
import { type ReactNode, useRef, useState } from 'react';
import { AgentText, Badge, Button, ErrorState, Id, Skeleton, Time } from '../../../ui/index.ts';
import { Arguments, Asker, Targets } from './action-shown.tsx';
import { AnswerDialog } from './answer-dialog.tsx';
import { Answers, Before, HeldBy, Policies } from './card-parts.tsx';
import { slowedWords, stillMissing, whyNot } from '../judge-shown.ts';
import { usePageKeys } from '../keys.ts';
import { type Held, useHeld, useNodeName } from '../queries.ts';
import { Section } from './section.tsx';
import { StatusBadge } from './status-badge.tsx';

export function ApprovalCard({ id }: { readonly id: string }): ReactNode {
  const { data, error, refetch } = useHeld(id);
  if (data !== undefined) return <Card key={data.id} held={data} problem={error} />;
  return error === null ? (
    <Skeleton label="Loading what waits" rows={8} />
  ) : (
    <ErrorState
      what="this approval"
      problem={error}
      works="The others can still be answered."
      onRetry={() => void refetch()}
    />
  );
}

function Card({ held, problem }: { readonly held: Held; readonly problem: unknown }): ReactNode {
  const [asked, setAsked] = useState<'approve' | 'deny'>();
  const article = useRef<HTMLElement>(null);
  const [noApproval, noRefusal] = [whyNot(held, 'approve'), whyNot(held, 'deny')];
  const ask = (answer: 'approve' | 'deny', why: string | undefined): void => {
    if (why === undefined) setAsked(answer);
  };
  usePageKeys({ a: () => ask('approve', noApproval), d: () => ask('deny', noRefusal) });
  return (
    <article
      ref={article}
      tabIndex={-1}
      aria-labelledby="asked"
      className="flex min-w-0 flex-col outline-none md:min-h-0 md:flex-1"
    >
      <div className="space-y-6 px-4 py-4 md:min-h-0 md:flex-1 md:overflow-y-auto md:px-6" tabIndex={-1}>
        {problem !== null && (
          <p role="alert" className="text-sm text-step-up">
            It could not be read anew; what is below may be old.
          </p>
        )}
        <Head held={held} />
        <Section title="What exactly">
          <Arguments held={held} />
        </Section>
        <Section title="Why it waits">
          {held.reasons.length > 0 && (
            <ul className="space-y-1">
              {held.reasons.map((reason) => (
                <li key={reason}>
                  <AgentText text={reason} />
                </li>
              ))}
            </ul>
          )}
          <Policies held={held} />
          <HeldBy held={held} />
          <p className="text-sm text-ink-2">{held.status === 'waiting' && stillMissing(held)}</p>
          <Answers held={held} />
        </Section>
        {held.labels.length > 0 && (
          <Section title="What its session carries">
            <div className="flex flex-wrap gap-1.5">
              {held.labels.map((label) => (
                <Badge key={label} tone="caution">
                  <AgentText text={label} limit={60} />
                </Badge>
              ))}
            </div>
          </Section>
        )}
        <Allows held={held} />
        <Before held={held} />
      </div>
      <footer
        data-print="none"
        className="sticky bottom-0 flex flex-wrap items-center gap-x-4 gap-y-2 border-t border-line bg-panel px-4 py-3 md:static md:px-6"
      >
        <p className="min-w-0 flex-1 basis-48 text-sm text-ink-2">
          {noApproval ??
            (held.you.slowed === undefined ? (
              <>
                It ends <Time at={held.expires} />. Nothing is signed before you confirm it.
              </>
            ) : (
              <>
                {slowedWords(held.you.slowed)} <Time at={held.you.slowed.until} />; a refusal at once.
              </>
            ))}
        </p>
        <div className="flex gap-2">
          <Button disabled={noRefusal !== undefined} onClick={() => ask('deny', noRefusal)}>
            Deny… <Key name="d" />
          </Button>
          <Button disabled={noApproval !== undefined} onClick={() => ask('approve', noApproval)}>
            Approve… <Key name="a" />
          </Button>
        </div>
      </footer>
      {asked !== undefined && <AnswerDialog held={held} answer={asked} onClose={() => setAsked(undefined)} />}
    </article>
  );
}

function Head({ held }: { readonly held: Held }): ReactNode {
  return (
    <header>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-ink-3">
        <StatusBadge status={held.status} />
        <span>
          asked <Time at={held.created} />
        </span>
        {held.status === 'waiting' && (
          <span>
            ends <Time at={held.expires} />
          </span>
        )}
        {held.escalated !== undefined && held.status === 'waiting' && (
          <Badge tone="accent">more people were asked</Badge>
        )}
      </div>
      <h2 id="asked" className="mt-2 text-lg font-normal text-ink-2">
        <Asker held={held} /> asks for
      </h2>
      <div className="mt-1 text-lg">
        <Targets targets={held.targets} />
      </div>
    </header>
  );
}

function Allows({ held }: { readonly held: Held }): ReactNode {
  const name = useNodeName(held.node);
  return (
    <Section title="What approving allows">
      <p>
        This call with these arguments, once, at the node{' '}
        {name === undefined ? <Id id={held.node} label="node" /> : <AgentText text={name} limit={80} />},
        under the policies in force now. The permission ends <Time at={held.expires} />, and is judged again
        when it is used.
      </p>
      <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm text-ink-3">
        <Fact name="Receipt" id={held.hold} />
        <Fact name="Digest" id={held.digest} />
        <Fact name="Policies" id={held.policyHash} />
      </dl>
    </Section>
  );
}

function Fact({ name, id }: { readonly name: string; readonly id: string }): ReactNode {
  return (
    <div className="flex items-baseline gap-1">
      <dt>{name}</dt>
      <dd>
        <Id id={id} label={name.toLowerCase()} />
      </dd>
    </div>
  );
}

function Key({ name }: { readonly name: string }): ReactNode {
  return (
    <kbd aria-hidden="true" className="text-xs text-ink-3 max-sm:hidden">
      {name}
    </kbd>
  );
}
