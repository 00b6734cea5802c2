/** Versions, bundles and roll-outs, as the API answers; names of people beside their ids. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { answered, answeredTagged, api, hasRole, type operations, useMe } from '../../api/index.ts';

type Ok<Name extends keyof operations> = operations[Name] extends {
  responses: { 200: { content: { 'application/json': infer Body } } };
}
  ? Body
  : never;

export type PolicyVersion = Ok<'getPolicyVersion'>;
export type PolicyFile = Ok<'getPolicyVersionFiles'>['files'][number];
export type ReplayGroup = Ok<'getPolicyReplay'>['groups'][number];
export type Checked = Ok<'checkPolicies'>;
export type Issue = Checked['problems'][number];
export type Bundle = Ok<'getBundle'>;
export type Rollout = Ok<'getRollout'>;
export type NodeShown = Ok<'listNodes'>['items'][number];

/** Most that are read of one list. */
export const MOST_LISTED = 1_000;
const PAGE = 200;

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** The pages of a list, one after another, up to {@link MOST_LISTED}. */
async function whole<Item>(
  read: (query: { limit: number; cursor?: string }) => Promise<PageOf<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined && items.length < MOST_LISTED);
  return items;
}

/** All versions, the newest first. */
export const VERSIONS = queryOptions({
  queryKey: ['policy_versions', 'list'],
  queryFn: async () =>
    (await whole((query) => answered(api.GET('/v1/policy-versions', { params: { query } })))).toReversed(),
});

export const BUNDLES = queryOptions({
  queryKey: ['bundles', 'list'],
  queryFn: () => whole((query) => answered(api.GET('/v1/bundles', { params: { query } }))),
});

export const ROLLOUTS = queryOptions({
  queryKey: ['rollouts', 'list'],
  queryFn: () => whole((query) => answered(api.GET('/v1/rollouts', { params: { query } }))),
});

/** What nodes count changes without an event: it is read again this often, in milliseconds. */
const COUNTED_EVERY_MS = 15_000;
export const NODES = queryOptions({
  queryKey: ['nodes', 'all'],
  queryFn: () => whole((query) => answered(api.GET('/v1/nodes', { params: { query } }))),
  refetchInterval: COUNTED_EVERY_MS,
});

const PEOPLE = queryOptions({
  queryKey: ['people', 'names'],
  queryFn: () => whole((query) => answered(api.GET('/v1/people', { params: { query } }))),
});

/** One version, with the tag that a review names. */
export const versionOf = (version: string) =>
  queryOptions({
    queryKey: ['policy_versions', version],
    queryFn: () =>
      answeredTagged(api.GET('/v1/policy-versions/{version}', { params: { path: { version } } })),
  });

/** Files of a version never change. */
export const filesOf = (version: string | undefined) =>
  queryOptions({
    queryKey: ['policy_files', version],
    enabled: version !== undefined,
    staleTime: Infinity,
    queryFn: async () =>
      (
        await answered(
          api.GET('/v1/policy-versions/{version}/files', { params: { path: { version: version ?? '' } } }),
        )
      ).files,
  });

export const replayOf = (version: string) =>
  queryOptions({
    queryKey: ['policy_versions', version, 'replay'],
    queryFn: () =>
      answered(api.GET('/v1/policy-versions/{version}/replay', { params: { path: { version } } })),
  });

/** The name of a person; their id where it is not known. */
export function usePersonName(): (id: string) => string {
  const { data } = useQuery(PEOPLE);
  const names = new Map(data?.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

/** What to offer the one who looks; the server judges by itself. */
export function usePolicyRights(): {
  readonly canWork: boolean;
  readonly canRollOut: boolean;
  readonly id: string | undefined;
} {
  const me = useMe();
  const changes = !hasRole(me, 'auditor');
  return {
    canWork: changes && hasRole(me, 'writer', 'admin'),
    canRollOut: changes && hasRole(me, 'admin'),
    id: me?.id,
  };
}
