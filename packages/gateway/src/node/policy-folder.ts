/** The folder of a policy set: a manifest, one folder for each level, packs and entities. What stands there and would not be in force is refused. */
import { existsSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import {
  type CedarEntity,
  Fault,
  isJsonObject,
  type JsonValue,
  MANIFEST_FILE,
  parseManifest,
  parseStrictJson,
  type PolicyLevel,
  type PolicySetManifest,
  type PolicySource,
} from '@writ/core';
import { parse } from 'yaml';
import { suggest } from '../config/index.ts';
import {
  isFolder,
  isPack,
  isPolicyFile,
  nameOf,
  POLICY_FILE_ENDING,
  readFolder,
  readText,
} from './policy-files.ts';

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
/** What people also call it. Two names would be two manifests. */
const MISNAMED_MANIFEST = MANIFEST_FILE.replace('.yaml', '.yml');
const TEAMS = 'teams';
const AGENTS = 'agents';
const ORGANISATION = 'organisation';
const PACKS = 'packs';
/** Cases and what else belongs to the set and is not in force. */
const TESTS = 'tests';
const FOLDERS = [ORGANISATION, TEAMS, AGENTS, PACKS, TESTS];

/** Whether the folder `path` is a policy set. */
export function isPolicySet(path: string): boolean {
  return existsSync(join(path, MANIFEST_FILE)) || existsSync(join(path, MISNAMED_MANIFEST));
}

/**
 * Reads the set at `folder`: `*.cedar` and `organisation/*.cedar` for all, `teams/NAME/*.cedar`, `agents/NAME/*.cedar`, `packs/*.yaml`,
 * `entities.json`; `tests` is left alone. Files are named relative to `base`. Throws `policy.syntax`, `policy.not-found`, `policy.unreadable`; a
 * link that leads out of the folder is refused.
 */
export function readPolicySet(folder: string, base: string): PolicySetFolder {
  const reader = new Reader(folder, base);
  if (!existsSync(join(folder, MANIFEST_FILE)))
    throw new Fault('policy.syntax', `the manifest of a policy set is called \`${MANIFEST_FILE}\``, {
      file: join(folder, MISNAMED_MANIFEST),
      hint: `rename \`${MISNAMED_MANIFEST}\``,
    });
  const manifestFile = reader.read(join(folder, MANIFEST_FILE));
  const manifest = parseManifest(parseYaml(manifestFile), manifestFile.name);
  requireKnownNames(folder);
  const sources = [
    ...reader.list(folder, isCedar, [...FOLDERS, MANIFEST_FILE]),
    ...reader.list(join(folder, ORGANISATION), isCedar),
    ...reader.levels(join(folder, TEAMS), (team) => ({ kind: 'team', team })),
    ...reader.levels(join(folder, AGENTS), (agent) => ({ kind: 'agent', agent })),
  ];
  const packs = reader.list(join(folder, PACKS), isPack);
  const entitiesFile = join(folder, ENTITIES_FILE);
  const entities = existsSync(entitiesFile) ? parseEntities(reader.read(entitiesFile)) : [];
  if (sources.length + packs.length === 0) {
    const hint = `write a policy into ${ORGANISATION}/main.cedar`;
    throw new Fault('policy.empty', `the policy set \`${manifest.name}\` holds no policy`, { hint });
  }
  return { manifest, sources, packs, entities, files: reader.files };
}

function isCedar(name: string): boolean {
  return name.endsWith(POLICY_FILE_ENDING);
}

/** INVARIANT: no file or folder of policies is passed over; `organization/` would be one that denies nothing. */
function requireKnownNames(folder: string): void {
  const names = readFolder(folder);
  const odd = names.find((name) => isMeantAs(name) && !isCedar(name) && name !== ENTITIES_FILE);
  if (odd !== undefined) {
    const file = join(folder, odd);
    const hint = `expected \`${ENTITIES_FILE}\`, or \`*${POLICY_FILE_ENDING}\` in small letters`;
    throw new Fault('policy.syntax', `\`${file}\` would not be read`, { file, hint });
  }
  const stray = names.find(
    (name) => !name.startsWith('.') && !FOLDERS.includes(name) && isFolder(join(folder, name)),
  );
  if (stray === undefined) return;
  const file = join(folder, stray);
  const hint = suggest(stray, FOLDERS);
  throw new Fault('policy.syntax', `\`${file}\` is no folder of a policy set`, { file, hint });
}

/** Entities under another name would leave every group without members, and other letters every policy without force. */
function isMeantAs(name: string): boolean {
  const small = name.toLowerCase();
  return isCedar(small) || /^entit(?:y|ies)\.jsonc?$/.test(small);
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

  /**
   * The files of a folder that belong there, in the order of names; none where there is no such folder. Others are refused, but for what is hidden or for
   * people to read; with `known`, which names what else may stand there, only what could be meant as a policy.
   */
  list(
    folder: string,
    belongs: (name: string) => boolean,
    known?: readonly string[],
  ): readonly PolicySource[] {
    if (!existsSync(folder)) return [];
    const names = [...readFolder(folder)].sort();
    for (const name of names) {
      const isPolicy = known === undefined || isPolicyFile(name) || isFolder(join(folder, name));
      const isAside = name.startsWith('.') || name.endsWith('.md') || known?.includes(name) === true;
      if (isPolicy && !belongs(name) && !isAside) this.#refuse(join(folder, name));
    }
    return names.filter(belongs).map((name) => this.read(join(folder, name)));
  }

  /** The policies of each folder in `folder`, whose name is that of the team or agent. */
  levels(folder: string, levelOf: (name: string) => PolicyLevel): readonly PolicySource[] {
    if (!existsSync(folder)) return [];
    const names = [...readFolder(folder)].sort();
    for (const name of names) if (!isFolder(join(folder, name))) this.#refuse(join(folder, name));
    return names.flatMap((name) =>
      this.list(join(folder, name), isCedar).map((source) => ({ ...source, level: levelOf(name) })),
    );
  }

  #refuse(file: string): never {
    const name = relative(this.#root, realpathSync(file));
    const hint = isPack(file)
      ? `packs stand in ${PACKS}/, cases in ${TESTS}/ or outside of the set`
      : `Cedar stands in ${ORGANISATION}/, ${TEAMS}/NAME/ and ${AGENTS}/NAME/, packs in ${PACKS}/`;
    throw new Fault('policy.syntax', `\`${name}\` belongs to nobody in this policy set`, { file, hint });
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
