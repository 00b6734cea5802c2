/** How far a version goes: signed outside, taken here, and sent on its way step by step. */
import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode, useState } from 'react';
import { Button, ErrorState, Skeleton } from '../../../ui/index.ts';
import { CommandBlock, Part } from '../parts.tsx';
import { BUNDLES, type PolicyVersion, ROLLOUTS, usePolicyRights } from '../policy-data.ts';
import { trackSaid } from '../standing.ts';
import { TakeEnvelope } from './take-envelope.tsx';
import { Track } from './track.tsx';

export function RollOut({ version }: { readonly version: PolicyVersion }): ReactNode {
  const { data: bundles, error: bundlesError } = useQuery(BUNDLES);
  const { data: rollouts, error: rolloutsError } = useQuery(ROLLOUTS);
  const { canWork } = usePolicyRights();
  const [isTaking, setTaking] = useState(false);
  const problem = bundlesError ?? rolloutsError;
  if (bundles === undefined || rollouts === undefined)
    return problem === null ? (
      <Skeleton label="Loading the roll-outs" />
    ) : (
      <ErrorState what="the roll-outs" problem={problem} works="Nodes go on with what they have." />
    );
  const own = bundles.filter(({ policyVersion }) => policyVersion === version.id);
  const numbers = rollouts.map(({ latest }) => latest.version);
  const latest = Math.max(0, ...numbers);
  const tracks = rollouts.length === 0 ? [undefined] : rollouts;
  if (version.status !== 'approved')
    return (
      <p className="p-4 text-ink-2">
        A version is signed and rolled out once it is approved. Nodes take nothing that was not.
      </p>
    );
  return (
    <div className="max-w-4xl space-y-8 overflow-y-auto p-4">
      <Part title="Sign">
        <p className="text-ink-2">
          The key never comes here. Where it is kept, beside the folder with exactly these files and the{' '}
          <code>bundle.yaml</code> that names the environment; signed there, and given to this control plane:
        </p>
        <CommandBlock>
          {`writ policy sign bundle.yaml --key keys/policy.key --out bundle-${latest + 1}.dsse.json --plane ${location.origin} --version-id ${version.id}`}
        </CommandBlock>
        {tracks.map((track) => {
          const number = track?.latest.version ?? 0;
          return (
            <Fragment key={track?.id ?? ''}>
              <p className="mt-3 text-ink-2">
                On a machine without a network{track !== undefined && `, for ${trackSaid(track)}`}, and then
                by hand:
              </p>
              <CommandBlock>
                {`writ policy sign bundle.yaml --key keys/policy.key --out bundle-${number + 1}.dsse.json${number > 0 ? ` --after bundle-${number}.dsse.json` : ''}`}
              </CommandBlock>
            </Fragment>
          );
        })}
        <p className="mt-2 text-sm text-ink-3">
          It prints the policy set <code className="break-all">{version.policyHash}</code>. Another one is
          refused here.
        </p>
        {canWork && (
          <Button className="mt-3" onClick={() => setTaking(true)}>
            Give the signed bundle
          </Button>
        )}
        <TakeEnvelope version={version} isOpen={isTaking} onClose={() => setTaking(false)} />
      </Part>
      {own.length === 0 ? (
        <Part title="Roll out">
          <p className="text-ink-2">
            No signed bundle of this version has come. Nothing can be sent to nodes before.
          </p>
        </Part>
      ) : (
        rollouts
          .filter((rollout) =>
            own.some(({ environment, team }) => environment === rollout.environment && team === rollout.team),
          )
          .map((rollout) => <Track key={rollout.id} rollout={rollout} version={version} bundles={bundles} />)
      )}
    </div>
  );
}
