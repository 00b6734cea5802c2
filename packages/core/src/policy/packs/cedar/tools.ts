/** Which tools a rule means: globs are expanded when the pack is compiled, and what cannot be known then stays denied. */
import type { ToolDefinition } from '../../../model/index.ts';
import { didYouMean } from '../../language/index.ts';
import { type PolicySchema, schemaForTools } from '../../schema/index.ts';
import type { ToolPatterns } from '../form/index.ts';
import type { IssueList } from '../issues.ts';
import { matchesGlob } from '../../patterns/index.ts';
import { entity } from './text.ts';

/** The typed arguments of a tool. */
export type RecordType = PolicySchema['args'] extends ReadonlyMap<string, infer Type> ? Type : never;
type Field = RecordType['fields'] extends ReadonlyMap<string, infer Type> ? Type : never;
/** The type of one argument. */
export type ArgType = Field['type'];

/** The tools there are, or that none are known. */
export interface KnownTools {
  /** `undefined` where nobody said which tools there are. */
  readonly ids?: readonly string[];
  /** Whether there may be tools besides `ids`, which exact names then stand for. */
  readonly isOpen: boolean;
  argumentsOf(tool: string): RecordType | undefined;
}

/** The tools of one rule. */
export interface ToolSet {
  /** Exact tools, `server/tool`, sorted. */
  readonly tools: readonly string[];
  /** Servers all of whose tools are meant, those that come later too; `*` is every server. */
  readonly whole: readonly string[];
  /** Servers, or `*`, of which a later tool may be meant as well: what restricts denies their unknown tools. */
  readonly open: readonly string[];
}

/** Prepares what the servers list. */
export function knownTools(
  tools: readonly ToolDefinition[] | undefined,
  unlisted: 'refuse' | 'assume' = 'refuse',
): KnownTools {
  if (tools === undefined) return { isOpen: true, argumentsOf: () => undefined };
  const schema = schemaForTools(tools);
  return {
    ids: [...schema.tools].sort(),
    isOpen: unlisted === 'assume',
    argumentsOf: (tool) => schema.args.get(tool),
  };
}

/** How a rule uses its tools. */
export interface ToolUse {
  /** An allow covers the tools of today only; anything that restricts covers later ones too. */
  readonly kind: 'allow' | 'restrict';
  /** Whether arguments are read, so that `files/*` needs the tools one by one. */
  readonly readsArguments: boolean;
}

/**
 * Expands `patterns`. `*` stands for any characters of a name. Without known tools only exact names can be allowed; `server/*` and `*` can be
 * denied as a whole. A glob that matches nothing is a warning; one that cannot be expanded is a problem.
 */
export function expandTools(
  patterns: ToolPatterns,
  use: ToolUse,
  known: KnownTools,
  issues: IssueList,
): ToolSet {
  const tools = new Set<string>();
  const whole = new Set<string>();
  const open = new Set<string>();
  for (const { glob, place } of patterns.patterns) {
    if (!glob.includes('*')) {
      tools.add(glob);
      if (known.ids !== undefined && !known.isOpen && !known.ids.includes(glob))
        issues.refuse(
          place,
          `no server has the tool \`${glob}\``,
          didYouMean(glob, known.ids),
          'policy.schema',
        );
      continue;
    }
    const server = wholeServer(glob);
    if (server !== undefined && use.kind === 'restrict' && !use.readsArguments) {
      whole.add(server);
      continue;
    }
    if (known.ids === undefined) {
      issues.refuse(
        place,
        `\`${glob}\` stands for tools that are not known here`,
        'compile with the tools of the servers, or name each tool',
      );
      continue;
    }
    const found = known.ids.filter((id) => matchesGlob(glob, id));
    if (found.length === 0 && !known.isOpen) issues.warn(place, `\`${glob}\` matches no tool there is`);
    for (const id of found) tools.add(id);
    if (use.kind === 'restrict') open.add(openServer(glob));
  }
  return { tools: [...tools].sort(), whole: sortedWhole(whole), open: sortedWhole(open) };
}

/** `*` alone covers every server. */
function sortedWhole(servers: ReadonlySet<string>): readonly string[] {
  return servers.has('*') ? ['*'] : [...servers].sort();
}

/** The server of `files/*`, `*` for `*` and for `*` with `/*`. */
function wholeServer(glob: string): string | undefined {
  if (glob === '*' || glob === '*/*') return '*';
  const [server = '', tool, ...more] = glob.split('/');
  return tool === '*' && more.length === 0 && !server.includes('*') ? server : undefined;
}

/** The server that a glob is about, `*` where that is a glob itself. */
function openServer(glob: string): string {
  const slash = glob.indexOf('/');
  const server = slash < 0 ? '*' : glob.slice(0, slash);
  return server.includes('*') ? '*' : server;
}

/** An action scope over `tools`. */
export function actionScope(tools: readonly string[]): string {
  const [only, second] = tools;
  if (only !== undefined && second === undefined) return `action == ${entity('Action', only)}`;
  return `action in [${tools.map((id) => entity('Action', id)).join(', ')}]`;
}

/** The argument at `steps`, or `undefined` where the tool does not declare it. */
export function declaredArgument(
  type: RecordType,
  steps: readonly string[],
): { readonly type: ArgType; readonly always: boolean } | undefined {
  let at: ArgType = type;
  let always = true;
  for (const step of steps) {
    const field: Field | undefined = at.kind === 'record' ? at.fields.get(step) : undefined;
    if (field === undefined) return undefined;
    at = field.type;
    always &&= field.required && !field.nullable;
  }
  return { type: at, always };
}
