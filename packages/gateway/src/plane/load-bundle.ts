/** The policies of a bundle as a set that decides. */
import {
  type Bundle,
  canonicalJson,
  Fault,
  type JsonObject,
  type JsonValue,
  type LoadedPolicySet,
  loadPolicySet,
  type PolicySource,
  readSetFiles,
  setOptions,
  type ToolDefinition,
} from '@writ/core';

/** Name of the policy that is made of `agents`. */
const AGENTS = 'plane-agents';

/** What loading takes beside the bundle. */
export interface LoadBundleOptions {
  /** Tools of this node; absent where nobody knows any. */
  readonly tools?: readonly ToolDefinition[];
  readonly unseen?: readonly string[];
  readonly previous?: LoadedPolicySet;
}

/**
 * Throws `policy.*` for policies that do not hold, or do not fit `tools`; `policy.schema` for a tool that takes other arguments than the bundle was signed for. A bundle is for many
 * nodes: policies may speak of tools that this one has not, and are checked against those that the bundle brings.
 */
export function loadBundle(
  bundle: Pick<Bundle, 'policies' | 'mode' | 'tools' | 'agents'>,
  { tools = [], unseen = [], previous }: LoadBundleOptions = {},
): LoadedPolicySet {
  requireSignedTools(bundle, tools);
  const options = setOptions(readSetFiles(bundle.policies), bundle.mode);
  const known = [...tools, ...signedTools(bundle, tools)];
  return loadPolicySet({
    ...options,
    sources: [...options.sources, ...agentsPolicy(bundle)],
    ...(known.length === 0 ? {} : { tools: known }),
    unlisted: 'assume',
    unseen,
    ...(previous === undefined ? {} : { previous }),
  });
}

/** Tools that the bundle brings and this node has not. */
function signedTools(
  { tools: signed = {} }: Pick<Bundle, 'tools'>,
  tools: readonly ToolDefinition[],
): readonly ToolDefinition[] {
  const own = new Set(tools.map(({ server, name }) => `${server}/${name}`));
  return Object.entries(signed).flatMap(([id, inputSchema]) => {
    const slash = id.indexOf('/');
    const name = id.slice(slash + 1);
    if (slash < 1 || name === '' || own.has(id)) return [];
    return [
      { server: id.slice(0, slash), name, definition: { name, inputSchema: inputSchema as JsonObject } },
    ];
  });
}

function requireSignedTools(
  { tools: signed = {} }: Pick<Bundle, 'tools'>,
  tools: readonly ToolDefinition[],
): void {
  for (const { server, name, definition } of tools) {
    const expected = Object.hasOwn(signed, `${server}/${name}`) ? signed[`${server}/${name}`] : undefined;
    if (expected === undefined) continue;
    const found = definition['inputSchema'] ?? null;
    if (canonicalJson(expected as JsonValue) !== canonicalJson(found))
      throw new Fault(
        'policy.schema',
        `the tool \`${server}/${name}\` takes other arguments than the bundle was signed for`,
        { hint: 'have a bundle signed for what the tool takes now' },
      );
  }
}

/** Part of the set, so that its hash covers it and a receipt names it. */
function agentsPolicy({ agents }: Pick<Bundle, 'agents'>): readonly PolicySource[] {
  if (agents === undefined) return [];
  const list = [...agents].sort().map((id) => `Agent::"${id}"`);
  const known = list.length === 0 ? 'false' : `principal in [${list.join(', ')}]`;
  const text = `@id("${AGENTS}")
@reason("this agent is none of those that may act here")
forbid (principal is Agent, action, resource)
unless { ${known} };
`;
  return [{ name: `${AGENTS}.cedar`, text }];
}
