/** Who answers for an agent, what it was given against what it used, what is in force, and where it runs. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { type Agent, PersonName, TeamName } from '../../../directory/index.ts';
import { PageLink } from '../../../router/index.ts';
import {
  AgentText,
  Badge,
  Button,
  ErrorState,
  Facts,
  Id,
  Nothing,
  PlainTable,
  Section,
  Skeleton,
  Time,
} from '../../../ui/index.ts';
import type { AgentPage } from '../data.ts';
import { scopeAgainstUse } from '../scope.ts';

type PageQuery = UseQueryResult<AgentPage>;

export function Registration({ agent }: { readonly agent: Agent }): ReactNode {
  const { owner, team, purpose, model, dataClasses, credentials, reviewDue, isReviewDue, reviewed } = agent;
  return (
    <Section title="Who answers for it">
      <Facts
        rows={[
          ['Owner', <PersonName key="owner" id={owner} />],
          ['Team', team === undefined ? 'none' : <TeamName key="team" id={team} />],
          ['Purpose', <AgentText key="purpose" text={purpose} isMultiline />],
          ['Model', model === undefined ? 'not said' : <AgentText key="model" text={model} limit={120} />],
          [
            'Classes of data',
            dataClasses.length === 0 ? (
              'none'
            ) : (
              <span key="classes" className="flex flex-wrap gap-1">
                {dataClasses.map((one) => (
                  <Badge key={one}>{one}</Badge>
                ))}
              </span>
            ),
          ],
          [
            'Credentials',
            credentials.length === 0 ? (
              'none'
            ) : (
              <ul key="credentials">
                {credentials.map(({ name, reference }) => (
                  <li key={name}>
                    <AgentText text={name} limit={120} /> <code className="text-ink-3">{reference}</code>
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            'Review',
            <span key="review">
              <span className={isReviewDue ? 'font-medium text-step-up' : ''}>
                due <Time at={reviewDue} />
              </span>
              {reviewed === undefined ? (
                <span className="text-ink-3"> · never reviewed</span>
              ) : (
                <span className="text-ink-3">
                  {' '}
                  · last by <PersonName id={reviewed.by} />, <Time at={reviewed.at} />
                </span>
              )}
            </span>,
          ],
          ['Registered', <Time key="created" at={agent.created} />],
          ['Id', <Id key="id" id={agent.id} label="agent" />],
        ]}
      />
    </Section>
  );
}

export function Scope({ agent, page }: { readonly agent: Agent; readonly page: PageQuery }): ReactNode {
  const did = page.data?.did;
  const uses = scopeAgainstUse(agent.tools, did ?? []);
  const beyond = uses.filter(({ isGiven }) => !isGiven).length;
  return (
    <Section
      title="Given and used"
      note={
        did === undefined
          ? 'What it used is for those who may read the record.'
          : `Use is counted in the last ${did.length} entries of its nodes.`
      }
    >
      {uses.length === 0 ? (
        <Nothing>No tool is registered, and none was used as far as its nodes disclose.</Nothing>
      ) : (
        <PlainTable
          label="Tools given and used"
          rows={uses}
          keyOf={({ tool }) => tool}
          columns={[
            { header: 'Tool', cell: ({ tool }) => <AgentText text={tool} limit={120} /> },
            {
              header: 'Given',
              cell: ({ isGiven }) =>
                isGiven ? <Badge tone="neutral">given</Badge> : <Badge tone="caution">not given</Badge>,
            },
            {
              header: 'Calls',
              isNumber: true,
              cell: ({ calls }) =>
                calls === 0 ? <span className="text-ink-3">unused</span> : calls.toLocaleString('en'),
            },
            {
              header: 'Refused',
              isNumber: true,
              cell: ({ refused }) =>
                refused === 0 ? (
                  <span className="text-ink-3">0</span>
                ) : (
                  <span className="text-deny">{refused}</span>
                ),
            },
            {
              header: 'Last',
              cell: ({ last }) =>
                last === undefined ? <span className="text-ink-3">–</span> : <Time at={last} />,
            },
          ]}
        />
      )}
      {beyond > 0 && (
        <p className="border-t border-line px-4 py-2 text-sm text-step-up">
          It used {beyond === 1 ? 'a tool' : `${beyond} tools`} that nobody registered for it. Policy decides
          whether it may; register what it should have, or forbid the rest.
        </p>
      )}
    </Section>
  );
}

export function May({ page }: { readonly page: PageQuery }): ReactNode {
  const { data, error, refetch } = page;
  return (
    <Section title="What it may do" note="Policies in force where its nodes are.">
      {data === undefined ? (
        <Pending problem={error} what="what it may do" retry={() => void refetch()} />
      ) : data.may.length === 0 ? (
        <Nothing>
          No bundle is in force for its nodes from here: each decides by its own configuration.{' '}
          <PageLink to="/policies">Roll one out</PageLink>
        </Nothing>
      ) : (
        <PlainTable
          label="Bundles in force"
          rows={data.may}
          keyOf={({ environment, team }) => `${environment}/${team ?? ''}`}
          columns={[
            { header: 'Environment', cell: ({ environment }) => environment },
            {
              header: 'Team',
              cell: ({ team }) =>
                team === undefined ? <span className="text-ink-3">any</span> : <TeamName id={team} />,
            },
            {
              header: 'Bundle',
              cell: ({ version, policyVersion }) => (
                <PageLink to="/policies" search={{ open: policyVersion }}>
                  no. {version}
                </PageLink>
              ),
            },
            {
              header: 'Policies',
              cell: ({ policyHash }) => <Id id={policyHash} label="hash of the policies" />,
            },
          ]}
        />
      )}
    </Section>
  );
}

export function Nodes({
  page,
  onEnrol,
}: {
  readonly page: PageQuery;
  readonly onEnrol: (() => void) | undefined;
}): ReactNode {
  const { data, error, refetch } = page;
  return (
    <Section
      title="Where it runs"
      actions={onEnrol !== undefined && <Button onClick={onEnrol}>Enrol a node</Button>}
    >
      {data === undefined ? (
        <Pending problem={error} what="its nodes" retry={() => void refetch()} />
      ) : data.nodes.length === 0 ? (
        <Nothing>
          No node is bound to it. An administrator makes a code, and{' '}
          <code>writ enroll {location.origin} --code-stdin</code> on the machine uses it.
        </Nothing>
      ) : (
        <PlainTable
          label="Its nodes"
          rows={data.nodes}
          keyOf={({ id }) => id}
          columns={[
            {
              header: 'Node',
              cell: ({ id, name }) => (
                <PageLink to="/fleet" search={{ open: id }}>
                  <AgentText text={name} limit={60} />
                </PageLink>
              ),
            },
            {
              header: 'State',
              cell: ({ status, isStale }) =>
                status !== 'active' ? (
                  <Badge tone="bad">{status}</Badge>
                ) : isStale ? (
                  <Badge tone="caution">not heard of</Badge>
                ) : (
                  <Badge tone="good">live</Badge>
                ),
            },
            { header: 'Allowed', isNumber: true, cell: ({ decisions }) => sum(decisions, 'allowed') },
            { header: 'Refused', isNumber: true, cell: ({ decisions }) => sum(decisions, 'refused') },
            { header: 'Faults', isNumber: true, cell: ({ decisions }) => sum(decisions, 'errors') },
          ]}
        />
      )}
    </Section>
  );
}

function sum(
  decisions: AgentPage['nodes'][number]['decisions'],
  name: 'allowed' | 'refused' | 'errors',
): string {
  return decisions.reduce((total, one) => total + one[name], 0).toLocaleString('en');
}

function Pending({
  problem,
  what,
  retry,
}: {
  readonly problem: unknown;
  readonly what: string;
  readonly retry: () => void;
}): ReactNode {
  return problem === null ? (
    <Skeleton rows={3} label={`Loading ${what}`} />
  ) : (
    <ErrorState what={what} problem={problem} onRetry={retry} />
  );
}
