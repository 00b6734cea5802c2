/** One tool: where it stands, how the definition that waits differs from the accepted one, and how somebody accepts it. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, Suspense, useState } from 'react';
import { SmallActivity } from '../../activity/index.ts';
import { answered, api } from '../../api/index.ts';
import { PageLink } from '../../router/index.ts';
import { AgentText, Badge, Button, ErrorState, Id, JsonView, Skeleton, Time } from '../../ui/index.ts';
import { DefinitionDiff } from './definition-diff.tsx';
import { acceptCommand } from './tool-name.ts';
import type { ToolDetail, ToolPin } from './tool.ts';

const CAUSES: Readonly<Record<string, string>> = {
  trusted: 'its server is trusted',
  first_seen: 'seen for the first time',
  changed: 'it changed',
  operator: 'somebody accepted it',
};

export function ToolBody({ server, name }: { readonly server: string; readonly name: string }): ReactNode {
  const { data, error, refetch } = useQuery({
    queryKey: ['tools', server, name],
    queryFn: () =>
      answered(api.GET('/v1/tools/{server}/{tool}', { params: { path: { server, tool: name } } })),
  });
  if (data === undefined)
    return error === null ? (
      <Skeleton label="Loading the tool" />
    ) : (
      <ErrorState what="the tool" problem={error} onRetry={() => void refetch()} />
    );
  const waiting = data.nodes.find(({ status }) => status === 'quarantined');
  const pin = waiting ?? data.nodes[0];
  return (
    <div className="space-y-6">
      <div>
        <p className="flex flex-wrap items-center gap-2 text-base">
          <Badge tone={data.status === 'quarantined' ? 'caution' : 'good'}>{data.status}</Badge>
          <span className="min-w-0 font-medium">
            <AgentText text={server} limit={80} />/<AgentText text={name} limit={160} />
          </span>
        </p>
        <p className="mt-1 text-sm text-ink-3">
          First seen <Time at={data.firstSeen} />, changed <Time at={data.changed} />, at {data.nodes.length}{' '}
          {data.nodes.length === 1 ? 'node' : 'nodes'}.
        </p>
      </div>
      {waiting !== undefined && <Accept tool={data} />}
      {pin !== undefined && <Definition pin={pin} tool={data} />}
      <Part title="In the last 24 hours">
        <Suspense fallback={<Skeleton rows={3} label="Loading activity" />}>
          <SmallActivity tool={`${server}/${name}`} />
        </Suspense>
      </Part>
      <Part title="Where it stands">
        <Pins pins={data.nodes} />
      </Part>
      {data.history.length > data.nodes.length && (
        <Part title="What came before">
          <Pins pins={data.history} />
        </Part>
      )}
    </div>
  );
}

function Definition({ pin, tool }: { readonly pin: ToolPin; readonly tool: ToolDetail }): ReactNode {
  const after = tool.definitions[pin.definitionHash];
  const before = pin.previousHash === undefined ? undefined : tool.definitions[pin.previousHash];
  if (after === undefined)
    return (
      <Part title="Definition">
        <p className="text-sm text-ink-2">
          The node told its hash, <Id id={pin.definitionHash} label="hash" />, and did not have the definition
          any more.
        </p>
      </Part>
    );
  return (
    <>
      {pin.previousHash !== undefined && (
        <Part title={pin.status === 'quarantined' ? 'What would change' : 'What changed last'}>
          {before === undefined ? (
            <p className="text-sm text-ink-2">
              The definition before, <Id id={pin.previousHash} label="hash" />, is not known here: no node
              told of it.
            </p>
          ) : (
            <DefinitionDiff before={before} after={after} />
          )}
        </Part>
      )}
      {pin.findings.length > 0 && (
        <Part title="What the review found">
          <ul className="flex flex-wrap gap-1">
            {pin.findings.map((finding) => (
              <li key={finding}>
                <Badge tone="bad">
                  <AgentText text={finding.replaceAll(/[_-]/g, ' ')} limit={60} />
                </Badge>
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title="The definition">
        <JsonView value={after} label="Its fields" />
      </Part>
    </>
  );
}

/** Accepting loosens what a node does: it is done where that is answered for. */
function Accept({ tool }: { readonly tool: ToolDetail }): ReactNode {
  const [isCopied, setCopied] = useState(false);
  const command = acceptCommand(tool);
  return (
    <Part title="To accept it">
      {command === undefined ? (
        <p className="text-sm text-ink-2">
          Its name holds characters that cannot be seen or that look like others: no command is offered to
          paste. Look at it with <code>writ tools diff</code> at the node.
        </p>
      ) : (
        <div className="flex items-start gap-2">
          <pre
            tabIndex={0}
            role="region"
            aria-label="Command"
            className="min-w-0 flex-1 overflow-x-auto rounded-md border border-line bg-sunken px-3 py-1.5 text-sm"
          >
            <AgentText text={command} limit={2_000} />
          </pre>
          <Button
            onClick={() =>
              void navigator.clipboard.writeText(command).then(
                () => setCopied(true),
                () => undefined,
              )
            }
          >
            {isCopied ? 'Copied' : 'Copy'}
          </Button>
        </div>
      )}
      <p className="mt-2 text-sm text-ink-3">
        There is no button: accepting lets agents of that node use the tool again, and a control plane can
        only tighten what a node does. Whoever answers for the node runs this there; it shows the same
        differences, asks, and records who accepted what.
      </p>
    </Part>
  );
}

function Pins({ pins }: { readonly pins: readonly ToolPin[] }): ReactNode {
  return (
    <ul className="divide-y divide-line rounded-md border border-line text-sm">
      {pins.map((pin) => (
        <li key={pin.receipt} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5">
          <Badge tone={pin.status === 'quarantined' ? 'caution' : 'good'}>
            <AgentText text={pin.status} limit={20} />
          </Badge>
          <span className="text-ink-2">
            <AgentText text={CAUSES[pin.cause] ?? pin.cause} limit={40} />
          </span>
          <Id id={pin.definitionHash} label="hash" />
          <span className="ml-auto flex gap-3 text-ink-3">
            <Time at={pin.time} />
            <PageLink to="/log" search={{ open: pin.receipt }}>
              receipt
            </PageLink>
          </span>
        </li>
      ))}
    </ul>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section aria-label={title}>
      <h3 className="mb-2 text-sm">{title}</h3>
      {children}
    </section>
  );
}
