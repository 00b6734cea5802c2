/** Policies as they are written: whole, with what decided marked; out of the version that a decision names by its hash. */
import { useQuery } from '@tanstack/react-query';
import { memo, type ReactNode, useState } from 'react';
import { answered, api, type operations } from '../api/index.ts';
import { PageLink } from '../router/index.ts';
import { AgentText, Badge, Button, ErrorState, Id, Skeleton } from '../ui/index.ts';
import type { CedarWord } from './cedar-words.ts';
import { textParts } from './text-pieces.ts';

type Texts = operations['listPolicyTexts']['responses'][200]['content']['application/json'];
type Text = Texts['items'][number];

/** A policy that is asked for, as a decision names it. */
export interface PolicyAsked {
  readonly id: string;
  readonly contentHash: string;
  /** What it came to, where that is known: it applied, and permitted or stood in the way; or it could not be evaluated. */
  readonly came?: 'permitted' | 'refused' | 'failed';
}

/** Policies shown at first, and asked for at once. */
const FIRST = 5;
const MOST = 64;
/** Longer texts have no colours. */
const MOST_COLOURED = 4_000;
const MOST_SHOWN = 20_000;
const HASH = /^[0-9a-f]{64}$/;

/** `set`: the policy hash that the decision names. */
export function PolicyTexts({
  set,
  policies,
}: {
  readonly set: string;
  readonly policies: readonly PolicyAsked[];
}): ReactNode {
  const [isWhole, setWhole] = useState(false);
  const hashes = policies
    .slice(0, MOST)
    .map(({ contentHash }) => contentHash)
    .filter((hash) => HASH.test(hash))
    .join(',');
  const { data, error, refetch } = useQuery({
    queryKey: ['policy_versions', 'texts', set, hashes],
    queryFn: () => answered(api.GET('/v1/policy-texts', { params: { query: { set, hashes } } })),
    enabled: HASH.test(set) && hashes !== '',
  });
  if (hashes !== '' && data === undefined && error === null)
    return <Skeleton label="Loading the policies" rows={3} />;
  const texts = new Map(data?.items.map((text) => [text.contentHash, text]));
  const shown = isWhole ? policies : policies.slice(0, FIRST);
  return (
    <div className="space-y-2">
      {error !== null && (
        <ErrorState what="the texts of the policies" problem={error} onRetry={() => void refetch()} />
      )}
      <ul className="space-y-2">
        {shown.map((policy) => (
          <li key={`${policy.id} ${policy.contentHash}`} className="rounded-md border border-line bg-panel">
            <OnePolicy policy={policy} text={texts.get(policy.contentHash)} version={data?.version} />
          </li>
        ))}
      </ul>
      {policies.length > shown.length && (
        <Button onClick={() => setWhole(true)}>{policies.length - shown.length} more</Button>
      )}
      {data !== undefined && data.version === undefined && (
        <p className="text-sm text-ink-3">
          No version with these policies is kept here: they came to the node otherwise, and what they say is
          known there.
        </p>
      )}
    </div>
  );
}

function OnePolicy({
  policy: { id, contentHash, came },
  text,
  version,
}: {
  readonly policy: PolicyAsked;
  readonly text: Text | undefined;
  readonly version: Texts['version'];
}): ReactNode {
  return (
    <>
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-3 py-1.5 text-sm">
        <span className="min-w-0 font-mono font-semibold">
          <AgentText text={id} limit={100} />
        </span>
        {text !== undefined && <Badge>{text.effect}</Badge>}
        <span className="ml-auto text-ink-3">
          {text !== undefined && version !== undefined ? (
            <PageLink to={`/policies/${version.id}`} search={{ tab: 'files' }}>
              <AgentText text={`${text.file}:${text.line}`} limit={80} />
            </PageLink>
          ) : (
            <Id id={contentHash} label="policy" />
          )}
        </span>
      </p>
      {text !== undefined && <Source text={text} />}
      {text === undefined && version !== undefined && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-ink-3">
          {id.startsWith('limit:') || id.startsWith('writ.')
            ? 'It is no policy that somebody wrote: a limit of the set, or a rule of the guard itself.'
            : 'Its text is not in that version as it is kept here: a pack became it at the node.'}
        </p>
      )}
      {came !== undefined && text !== undefined && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-ink-2">{cameSaid(came, text)}</p>
      )}
    </>
  );
}

function cameSaid(came: NonNullable<PolicyAsked['came']>, { conditions }: Text): string {
  if (came === 'failed') return 'It could not be evaluated. What fails where it could apply, denies.';
  if (conditions.length === 0) return 'It applied: it has no condition beside whom and what it is about.';
  const all =
    conditions.length === 1
      ? 'It applied: the condition that is marked came out as it asks.'
      : 'It applied: each condition that is marked came out as it asks.';
  if (came === 'permitted') return all;
  return `${all} ${conditions.length === 1 ? 'Otherwise' : 'With one of them otherwise'} it would not have.`;
}

const TONES: Readonly<Record<CedarWord, string>> = {
  comment: 'text-ink-3 italic',
  string: 'text-allow',
  keyword: 'font-semibold text-accent',
  meta: 'text-defer',
  variableName: 'text-modify',
  typeName: 'text-step-up',
  number: 'text-deny',
  operator: 'text-ink-2',
  bool: 'text-deny',
};

/** A text never changes, so it is taken apart once. */
const Source = memo(function Source({ text: { text, conditions } }: { readonly text: Text }): ReactNode {
  const isColoured = text.length <= MOST_COLOURED;
  return (
    <pre
      tabIndex={0}
      role="region"
      aria-label="Text of the policy"
      className="overflow-x-auto border-t border-line px-3 py-2 text-xs leading-5"
    >
      {isColoured ? (
        textParts(text, conditions).map(({ isCondition, pieces }, at) => {
          const words = pieces.map(({ text: word, kind }, place) => (
            // oxlint-disable-next-line react/no-array-index-key -- pieces have no name but their place
            <span key={place} className={kind === undefined ? undefined : TONES[kind]}>
              <AgentText text={word} isMultiline limit={MOST_COLOURED} />
            </span>
          ));
          return isCondition ? (
            // oxlint-disable-next-line react/no-array-index-key -- so do parts
            <mark
              key={at}
              data-condition=""
              className="rounded-sm bg-sunken py-0.5 text-ink ring-1 ring-line-strong"
            >
              {words}
            </mark>
          ) : (
            // oxlint-disable-next-line react/no-array-index-key -- so do parts
            <span key={at}>{words}</span>
          );
        })
      ) : (
        <AgentText text={text} isMultiline limit={MOST_SHOWN} />
      )}
    </pre>
  );
});
