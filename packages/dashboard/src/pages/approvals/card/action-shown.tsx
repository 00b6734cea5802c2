/** Who asks for what, exactly as it will be done: the same on the card and in the question before it is signed. */
import type { ReactNode } from 'react';
import { AgentText, Badge, Id, JsonView } from '../../../ui/index.ts';
import type { Held } from '../queries.ts';
import { digestOfShown } from '../signing/index.ts';

const LONGEST_NAME = 160;

/** Who, for whom, through whom. */
export function Asker({ held: { agent, person, chain } }: { readonly held: Held }): ReactNode {
  return (
    <>
      <strong className="font-semibold text-ink">
        <AgentText text={agent} limit={LONGEST_NAME} />
      </strong>
      {chain.length > 0 && (
        <>
          {' '}
          on behalf of{' '}
          {chain.map((link, at) => (
            <span key={link}>
              {at > 0 && ' → '}
              <AgentText text={link} limit={LONGEST_NAME} />
            </span>
          ))}
        </>
      )}
      {person !== undefined && (
        <>
          {' '}
          for{' '}
          <strong className="font-semibold text-ink">
            <AgentText text={person} limit={LONGEST_NAME} />
          </strong>
        </>
      )}
    </>
  );
}

/** What it is about, each on a line of its own. */
export function Targets({ targets }: { readonly targets: Held['targets'] }): ReactNode {
  return (
    <ul className="space-y-0.5">
      {targets.map(({ action, id, server, type }) => (
        <li key={`${action} ${type} ${id}`} className="font-mono">
          <AgentText text={id} limit={LONGEST_NAME} />
          <span className="font-sans text-sm text-ink-3">
            {' '}
            {type}
            {server !== undefined && (
              <>
                {' '}
                of <AgentText text={server} limit={LONGEST_NAME} />
              </>
            )}
            , <AgentText text={action} limit={LONGEST_NAME} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** The arguments as they will run, and whether the digest is theirs. */
export function Arguments({
  held,
  isWhole = false,
}: {
  readonly held: Held;
  /** Nothing is cut: whoever signs has passed all of it. */
  readonly isWhole?: boolean;
}): ReactNode {
  const { args, isChanged, masked } = held;
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {isChanged && <Badge tone="accent">as a policy changed them</Badge>}
        {masked > 0 && (
          <Badge tone="caution">
            {masked === 1 ? 'one secret is masked' : `${masked} secrets are masked`}
          </Badge>
        )}
      </div>
      {args === undefined ? (
        <p className="text-ink-2">They are too large to leave their node.</p>
      ) : (
        <div className="rounded-md border border-line bg-page px-3 pt-1 pb-3">
          <JsonView value={args} label="Arguments" isWhole={isWhole} />
        </div>
      )}
      <Checked held={held} />
    </>
  );
}

/** Whether this browser found the digest of what it shows to be the one that would be signed. */
function Checked({ held }: { readonly held: Held }): ReactNode {
  const digest = <Id id={held.digest} label="digest" />;
  switch (digestOfShown(held)) {
    case 'same':
      return (
        <p className="text-xs text-ink-3">
          <span className="font-medium text-allow">● Checked here:</span> what is shown has the digest{' '}
          {digest}, which is signed.
        </p>
      );
    case 'unknown':
      return (
        <p className="text-xs text-ink-3">
          <span className="font-medium text-step-up">◆ Not checked:</span> not everything leaves its node, so
          nobody can see here that the digest {digest} is of just this. Its node shows all of it:{' '}
          <code>writ approvals show</code>.
        </p>
      );
    case 'other':
      return (
        <p role="alert" className="rounded-md bg-deny-ground px-3 py-2 text-sm text-deny">
          <strong className="font-semibold">■ This is not what an approval would allow.</strong> The digest
          that would be signed, {digest}, is of something else. Do not approve it; look at it at its node, and
          at who runs this control plane.
        </p>
      );
    default:
      return null;
  }
}
