/** One entry: what it is, why it says what it says, what stands in it, and what proves it. */
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { answered, api } from '../../api/index.ts';
import { PageLink } from '../../router/index.ts';
import {
  AgentText,
  Badge,
  EmptyState,
  ErrorState,
  exactUtc,
  Id,
  JsonView,
  Skeleton,
  Time,
  Verdict,
} from '../../ui/index.ts';
import { tookSaid } from '../../durations.ts';
import { reasonOf, SessionLink } from '../../receipts/index.ts';
import { Look } from './look.tsx';
import { Part } from './part.tsx';
import { type Receipt, type ReceiptDetail, whatOf } from './receipts.ts';
import { VerifyHere } from './verify-here.tsx';

/** Read with the first decision that is opened: lists do without. */
const Decision = lazy(async () => ({ default: (await import('./decision/index.ts')).Decision }));

/** `id`: of the receipt, a ULID. */
export function ReceiptBody({ id }: { readonly id: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: ['receipts', id],
    queryFn: () => answered(api.GET('/v1/receipts/{receipt}', { params: { path: { receipt: id } } })),
  });
  if (data === undefined)
    return error === null ? (
      <Skeleton label="Loading the receipt" />
    ) : (
      <ErrorState what="the receipt" problem={error} onRetry={() => void refetch()} />
    );
  return (
    <div className="space-y-6">
      <Head receipt={data} />
      {data.kind === 'decision' ? (
        <Suspense fallback={<Skeleton label="Loading the decision" />}>
          <Decision key={id} receipt={data} />
        </Suspense>
      ) : (
        <ItsDecision receipt={data} />
      )}
      <VerifyHere key={id} receipt={data} />
      {data.related.length > 0 && (
        <Part title="What belongs to it">
          <ul className="divide-y divide-line rounded-md border border-line">
            {data.related.map((one) => (
              <li key={one.id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
                <span className="w-24 shrink-0">
                  <What receipt={one} />
                </span>
                <PageLink to="/log" search={{ open: one.id }}>
                  entry {one.receipt.slice(one.receipt.lastIndexOf('#'))}
                </PageLink>
                {one.tookUs !== undefined && (
                  <span className="tabular text-ink-3">after {tookSaid(one.tookUs)}</span>
                )}
                <span className="ml-auto text-ink-3">
                  <Time at={one.time} />
                </span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {data.facts === undefined ? (
        <Part title="Disclosed">
          <p className="text-sm text-ink-2">
            Nothing. {data.committed.length === 0 ? 'It commits to nothing more than is shown below.' : null}
            {data.committed.length > 0 &&
              `${data.committed.length} fields are sealed at the node: ${data.committed.join(', ')}. What it may disclose stands in its writ.yaml, under plane.discloses.`}
          </p>
        </Part>
      ) : (
        <Part title="Disclosed by its node">
          <JsonView value={data.facts.fields} label="What the node disclosed" />
        </Part>
      )}
      <Look key={`look ${id}`} receipt={data} />
      <Part title="The entry, as it stands in the log">
        <JsonView value={data.entry} label="The entry" />
      </Part>
    </div>
  );
}

/** Where an outcome or an answer leads back to. */
function ItsDecision({ receipt: { decisionOf, related } }: { readonly receipt: ReceiptDetail }): ReactNode {
  const decision = related.find(({ receipt }) => receipt === decisionOf);
  if (decision === undefined) return null;
  return (
    <p className="flex flex-wrap items-center gap-2 rounded-md bg-sunken px-3 py-2 text-sm">
      <What receipt={decision} />
      <PageLink to="/log" search={{ open: decision.id }}>
        The decision that it belongs to, and why
      </PageLink>
    </p>
  );
}

function Head({ receipt }: { readonly receipt: ReceiptDetail }): ReactNode {
  const { time, agent, person, session, tool, method, policies = [], labels = [], from, bundle } = receipt;
  return (
    <div>
      <p className="flex flex-wrap items-center gap-2 text-base">
        <What receipt={receipt} isLoud />
        {receipt.verdict !== undefined && (
          <span>
            because of <AgentText text={reasonOf(receipt)} limit={200} />
          </span>
        )}
      </p>
      <dl className="mt-3 grid grid-cols-[6rem_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
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
              <PageLink key={policy} to="/log" search={{ policy }} className="link block font-mono">
                <AgentText text={policy} limit={100} />
              </PageLink>
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
        {session !== undefined && (
          <Row name="Session">
            <SessionLink session={session} {...(receipt.kind === 'decision' ? { at: receipt.id } : {})} />
          </Row>
        )}
        {bundle !== undefined && (
          <Row name="Under">
            bundle {bundle.version} of policies <Id id={bundle.policyVersion} label="policy version" />
          </Row>
        )}
        <Row name="Node">
          <AgentText text={from.name} limit={80} />
          {from.environment !== '' && <span className="text-ink-3"> in {from.environment}</span>}
        </Row>
        <Row name="Receipt">
          <Id id={receipt.receipt} label="receipt" />
        </Row>
      </dl>
    </div>
  );
}

/** A verdict, or what else it is. */
export function What({
  receipt,
  isLoud = false,
}: {
  readonly receipt: Pick<Receipt, 'verdict' | 'kind' | 'outcome'>;
  readonly isLoud?: boolean;
}): ReactNode {
  if (receipt.verdict !== undefined) return <Verdict verdict={receipt.verdict} isLoud={isLoud} />;
  return <span className={isLoud ? 'font-medium' : 'text-ink-2'}>{whatOf(receipt)}</span>;
}

/** Where the address names something that is no id. */
export function NoReceipt(): ReactNode {
  return <EmptyState title="There is no such receipt">The address may have been cut.</EmptyState>;
}

function Row({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}
