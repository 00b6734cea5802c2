/** A policy set on disk: a folder with a manifest, one folder for each level, packs and entities. */
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import {
  type CedarEntity,
  compilePack,
  Fault,
  isJsonObject,
  type JsonValue,
  type LoadedPolicySet,
  MANIFEST_FILE,
  type Mode,
  parseManifest,
  parseStrictJson,
  type PolicyLevel,
  type PolicySetManifest,
  type PolicySetOptions,
  type PolicySource,
  renderIssue,
  setIdentity,
  type SetVersion,
  type ToolDefinition,
} from '@writ/core';
import { parse } from 'yaml';
import { nameOf, readPolicySources, readText } from './policy-files.ts';

/** What stands in the folder of a set. */
export interface PolicySetFolder {
  readonly manifest: PolicySetManifest;
  /** Cedar, each with its level. */
  readonly sources: readonly PolicySource[];
  /** YAML packs; they belong to the organisation. */
  readonly packs: readonly PolicySource[];
  readonly entities: readonly CedarEntity[];
  /** Every file that was read, to tell whether anything changed. */
  readonly files: readonly PolicySource[];
}

/** Most files of one set. */
const MAX_FILES = 10_000;
const ENTITIES_FILE = 'entities.json';
const TEAMS = 'teams';
const AGENTS = 'agents';
const ORGANISATION = 'organisation';
const PACKS = 'packs';

/** Whether the folder `path` is a policy set. */
function isPolicySet(path: string): boolean {
  return existsSync(join(path, MANIFEST_FILE));
}

/**
 * Reads the set at `folder`: `*.cedar` and `organisation/*.cedar` for all, `teams/NAME/*.cedar`, `agents/NAME/*.cedar`, `packs/*.yaml`,
 * `entities.json`. Files are named relative to `base`. Throws `policy.syntax`, `policy.not-found`, `policy.unreadable`; a link that leads out of
 * the folder is refused.
 */
function readPolicySet(folder: string, base: string): PolicySetFolder {
  const reader = new Reader(folder, base);
  const manifestFile = reader.read(join(folder, MANIFEST_FILE));
  const manifest = parseManifest(parseYaml(manifestFile), manifestFile.name);
  const sources = [
    ...reader.list(folder, '.cedar'),
    ...reader.list(join(folder, ORGANISATION), '.cedar'),
    ...reader.levels(join(folder, TEAMS), (team) => ({ kind: 'team', team })),
    ...reader.levels(join(folder, AGENTS), (agent) => ({ kind: 'agent', agent })),
  ];
  const packs = reader.list(join(folder, PACKS), '.yaml');
  const entitiesFile = join(folder, ENTITIES_FILE);
  const entities = existsSync(entitiesFile) ? parseEntities(reader.read(entitiesFile)) : [];
  if (sources.length + packs.length === 0) {
    const hint = `write a policy into ${ORGANISATION}/main.cedar`;
    throw new Fault('policy.empty', `the policy set \`${manifest.name}\` holds no policy`, { hint });
  }
  return { manifest, sources, packs, entities, files: reader.files };
}

/** What the Cedar of a pack is called. */
function compiledName(file: string): string {
  return `${file} (compiled)`;
}

/** The version of a set that was loaded; `undefined` for plain files, which have none. */
export function versionOf(
  input: PolicyInput,
  { policies, decisionPoint }: LoadedPolicySet,
): SetVersion | undefined {
  if (input.kind === 'files') return undefined;
  const { manifest, packs } = input.folder;
  const compiled = new Set(packs.map(({ name }) => compiledName(name)));
  const identity = setIdentity({
    policies: policies.filter(({ file }) => !compiled.has(file)),
    packs: packs.map(({ text }) => text),
    entitiesHash: decisionPoint.entitiesHash,
    manifest,
  });
  return { name: manifest.name, version: manifest.version, identity };
}

/** Paths as one set: the folder of a policy set, or files and folders of Cedar. */
export type PolicyInput =
  | { readonly kind: 'set'; readonly folder: PolicySetFolder; readonly files: readonly PolicySource[] }
  | { readonly kind: 'files'; readonly files: readonly PolicySource[] };

/** Reads `paths`. A policy set stands alone: another path beside it is refused. Throws as {@link readPolicySet} and `readPolicySources`. */
export function readPolicyInput(paths: readonly string[], base: string): PolicyInput {
  const set = paths.find(isPolicySet);
  if (set === undefined) return { kind: 'files', files: readPolicySources(paths, base) };
  if (paths.length > 1) {
    const hint = 'put the other policies into its folders';
    throw new Fault('policy.syntax', `\`${set}\` is a policy set, and other policies are named beside it`, {
      hint,
    });
  }
  const folder = readPolicySet(set, base);
  return { kind: 'set', folder, files: folder.files };
}

/** What loading `input` takes; `mode` holds where a manifest names none. */
export function inputOptions(
  input: PolicyInput,
  mode: Mode,
  tools: readonly ToolDefinition[] | undefined,
): PolicySetOptions {
  if (input.kind === 'set') return setOptions(input.folder, mode, tools);
  return { sources: input.files, mode, ...(tools === undefined ? {} : { tools }) };
}

/** What loading the set takes, with packs compiled for `tools`. `mode` holds where the manifest names none. Throws `policy.syntax`. */
function setOptions(
  { manifest, sources, packs, entities }: PolicySetFolder,
  mode: Mode,
  tools: readonly ToolDefinition[] | undefined,
): PolicySetOptions {
  const compiled = packs.map((pack) => {
    const made = compilePack(pack, tools === undefined ? {} : { tools });
    const [first] = made.problems;
    if (first === undefined) return { ...made, file: pack.name };
    throw new Fault(first.code, renderIssue(first), { problems: made.problems.map(renderIssue) });
  });
  const limits = [...manifest.limits, ...compiled.flatMap((pack) => pack.limits)];
  const patterns = compiled.flatMap((pack) => pack.patterns);
  return {
    sources: [...sources, ...compiled.map(({ file, cedar }) => ({ name: compiledName(file), text: cedar }))],
    mode: manifest.mode ?? mode,
    onError: manifest.onError,
    links: manifest.links,
    entities,
    ...(limits.length === 0 ? {} : { limits }),
    ...(patterns.length === 0 ? {} : { patterns }),
    ...(tools === undefined ? {} : { tools }),
    ...(manifest.auditUntil === undefined ? {} : { auditUntil: manifest.auditUntil }),
  };
}

class Reader {
  readonly files: PolicySource[] = [];
  readonly #root: string;
  readonly #base: string;

  constructor(folder: string, base: string) {
    this.#root = realpathSync(folder);
    this.#base = base;
  }

  /** The file at `path`, which lies in the folder however it is linked. */
  read(path: string): PolicySource {
    const real = realpathSync(path);
    if (!real.startsWith(this.#root + sep))
      throw new Fault('policy.unreadable', `\`${path}\` leads out of the folder of its policy set`, {
        file: path,
      });
    if (this.files.length >= MAX_FILES)
      throw new Fault('policy.unreadable', `a policy set holds more than ${MAX_FILES} files`, { file: path });
    const file = { name: nameOf(path, this.#base), text: readText(path) };
    this.files.push(file);
    return file;
  }

  /** Files of a folder by their ending, in the order of names; none where there is no such folder. */
  list(folder: string, ending: string): readonly PolicySource[] {
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => this.read(join(folder, name)));
  }

  /** The policies of each folder in `folder`, whose name is that of the team or agent. */
  levels(folder: string, levelOf: (name: string) => PolicyLevel): readonly PolicySource[] {
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).sort();
    const stray = names.find((name) => !statSync(join(folder, name)).isDirectory());
    if (stray !== undefined) {
      const hint = `put it into ${basename(folder)}/NAME/`;
      throw new Fault('policy.syntax', `\`${join(folder, stray)}\` belongs to nobody`, {
        file: join(folder, stray),
        hint,
      });
    }
    return names.flatMap((name) =>
      this.list(join(folder, name), '.cedar').map((source) => ({ ...source, level: levelOf(name) })),
    );
  }
}

function parseYaml({ name, text }: PolicySource): unknown {
  try {
    return parse(text, { strict: true, uniqueKeys: true, maxAliasCount: 0 });
  } catch (cause) {
    const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new Fault('policy.syntax', `${name}: not valid YAML: ${said}`, { file: name });
  }
}

/** Entities in Cedar's JSON form; what they say is checked against the schema when the set is loaded. */
function parseEntities({ name, text }: PolicySource): readonly CedarEntity[] {
  const json: JsonValue = parseStrictJson(text);
  const isList = Array.isArray(json) && json.every((item) => isJsonObject(item) && isJsonObject(item['uid']));
  if (isList) {
    return (json as unknown as readonly Partial<CedarEntity>[]).map((entity) => ({
      attrs: {},
      parents: [],
      ...entity,
    })) as readonly CedarEntity[];
  }
  throw new Fault('policy.schema', `${name}: expected a list of entities, each with its \`uid\``, {
    file: name,
  });
}
