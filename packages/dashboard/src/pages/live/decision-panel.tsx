/** One decision beside the stream: what, why, what became of it, and the way to its proof. */
import { type ReactNode, useEffect } from 'react';
import { PageLink } from '../../router/index.ts';
import { reachStep } from '../../tour/index.ts';
import { AgentText, Badge, exactUtc, Id, SidePanel, Time, Verdict } from '../../ui/index.ts';
import { tookSaid } from '../../durations.ts';
import { type LiveDecision, reasonOf, SessionLink } from '../../receipts/index.ts';

/** `decision` is absent where it is none of those that are kept here. */
export function DecisionPanel({
  decision,
  id,
  onClose,
}: {
  readonly decision: LiveDecision | undefined;
  readonly id: string;
  readonly onClose: () => void;
}): ReactNode {
  return (
    <SidePanel title="Decision" onClose={onClose}>
      {decision === undefined ? (
        <p className="text-ink-2">
          It is not among the newest any more.{' '}
          <PageLink to="/log" search={{ open: id }}>
            Look it up in the log
          </PageLink>
        </p>
      ) : (
        <Decision decision={decision} />
      )}
    </SidePanel>
  );
}

function Decision({ decision }: { readonly decision: LiveDecision }): ReactNode {
  const {
    id,
    receipt,
    verdict,
    time,
    node,
    agent,
    person,
    session,
    tool,
    method,
    policies = [],
    labels = [],
    outcome,
    tookUs,
  } = decision;
  useEffect(() => {
    if (verdict === 'deny') reachStep('denied');
  }, [verdict]);
  return (
    <>
      <p className="flex flex-wrap items-center gap-2 text-base">
        <Verdict verdict={verdict} isLoud />
        <span>
          because of <AgentText text={reasonOf(decision)} limit={200} />
        </span>
      </p>
      {!decision.isDisclosed && (
        <p className="mt-3 rounded-md bg-sunken px-3 py-2 text-sm text-ink-2">
          Its node discloses neither who asked nor for what. What it may disclose stands in its{' '}
          <code>writ.yaml</code>, under <code>plane.discloses</code>.
        </p>
      )}
      <dl className="mt-4 grid grid-cols-[6rem_minmax(0,1fr)] gap-x-4 gap-y-2 text-sm">
        <Row name="When">
          <Time at={time} /> <span className="text-ink-3 print:hidden">({exactUtc(time)})</span>
        </Row>
        {agent !== undefined && (
          <Row name="Agent">
            <AgentText text={agent} />
          </Row>
        )}
        {person !== undefined && (
          <Row name="For">
            <AgentText text={person} />
          </Row>
        )}
        {tool !== undefined && (
          <Row name="Tool">
            <AgentText text={tool} />
          </Row>
        )}
        {method !== undefined && (
          <Row name="Method">
            <AgentText text={method} />
          </Row>
        )}
        {policies.length > 0 && (
          <Row name={policies.length === 1 ? 'Policy' : 'Policies'}>
            {policies.map((policy) => (
              <span key={policy} className="block font-mono">
                <AgentText text={policy} limit={100} />
              </span>
            ))}
          </Row>
        )}
        {labels.length > 0 && (
          <Row name="Labels">
            <span className="flex flex-wrap gap-1">
              {labels.map((label) => (
                <Badge key={label}>
                  <AgentText text={label} limit={60} />
                </Badge>
              ))}
            </span>
          </Row>
        )}
        <Row name="Outcome">
          {outcome === undefined ? (
            <span className="text-ink-3">{verdict === 'deny' ? 'never ran' : 'not yet'}</span>
          ) : (
            <AgentText text={outcome.replaceAll('_', ' ')} limit={60} />
          )}
          {tookUs !== undefined && <span className="tabular text-ink-3"> after {tookSaid(tookUs)}</span>}
        </Row>
        {session !== undefined && (
          <Row name="Session">
            <SessionLink session={session} at={id} />
          </Row>
        )}
        <Row name="Node">
          <Id id={node} label="node" />
        </Row>
        <Row name="Receipt">
          <Id id={receipt} label="receipt" />
        </Row>
      </dl>
      <p className="mt-5">
        <PageLink to="/log" search={{ open: id }}>
          The whole decision, and its proof
        </PageLink>
      </p>
    </>
  );
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
