/** A policy set as files in memory: the same places as in a folder, and what belongs nowhere is refused. */
import { parse } from 'yaml';
import { Fault, isJsonObject, type JsonValue, parseStrictJson } from '../../kernel/index.ts';
import type { Mode } from '../../model/index.ts';
import type { CedarEntity } from '../decision/index.ts';
import { didYouMean, type PolicyLevel, type PolicySource } from '../language/index.ts';
import type { PolicySetOptions } from '../load.ts';
import { MANIFEST_FILE, parseManifest, type PolicySetManifest } from './manifest.ts';

/** One file; `path` is relative to the set, with `/`. */
export interface SetFile {
  readonly path: string;
  readonly text: string;
}

/** A set that was read, before it is loaded. */
export interface SetFiles {
  readonly manifest: PolicySetManifest;
  readonly sources: readonly PolicySource[];
  readonly packs: readonly PolicySource[];
  readonly entities: readonly CedarEntity[];
  /** Cases, `tests/*.yaml`; they are not in force. */
  readonly cases: readonly PolicySource[];
}

const ENTITIES_FILE = 'entities.json';
const TESTS = /^tests\/[^/]+\.ya?ml$/;
const PACKS = /^packs\/[^/]+\.ya?ml$/;
const WIDE = /^(?:organisation\/)?[^/]+\.cedar$/;
const NARROW = /^(teams|agents)\/([^/]+)\/[^/]+\.cedar$/;
const PLACES = [MANIFEST_FILE, ENTITIES_FILE, 'organisation', 'teams', 'agents', 'packs', 'tests'];

/** Whether the file is of the set that is in force, and not one of its cases. */
export function isInForce({ path }: Pick<SetFile, 'path'>): boolean {
  return !TESTS.test(path);
}

/** Reads `files` as a policy set. Throws `policy.syntax`, `policy.empty`, `policy.schema`, `policy.limit`. */
export function readSetFiles(files: readonly SetFile[]): SetFiles {
  const manifestFile = files.find(({ path }) => path === MANIFEST_FILE);
  if (manifestFile === undefined)
    throw new Fault('policy.syntax', `the policy set has no \`${MANIFEST_FILE}\``, {
      hint: `write \`name\` and \`version\` into ${MANIFEST_FILE}`,
    });
  const read = {
    sources: [] as PolicySource[],
    packs: [] as PolicySource[],
    entities: [] as CedarEntity[],
    cases: [] as PolicySource[],
  };
  const seen = new Set<string>();
  for (const { path, text } of [...files].sort(({ path: one }, { path: other }) => (one < other ? -1 : 1))) {
    if (seen.has(path)) throw new Fault('policy.syntax', `the file \`${path}\` stands twice in its set`);
    seen.add(path);
    const source = { name: path, text };
    const level = levelOf(path);
    if (path === MANIFEST_FILE) continue;
    else if (path === ENTITIES_FILE) read.entities.push(...parseEntities(source));
    else if (TESTS.test(path)) read.cases.push(source);
    else if (PACKS.test(path)) read.packs.push(source);
    else if (level !== undefined)
      read.sources.push(level.kind === 'organisation' ? source : { ...source, level });
    else throw stray(path);
  }
  const manifest = parseManifest(parseYaml({ name: MANIFEST_FILE, text: manifestFile.text }), MANIFEST_FILE);
  if (read.sources.length + read.packs.length === 0)
    throw new Fault('policy.empty', `the policy set \`${manifest.name}\` holds no policy`);
  return { manifest, ...read };
}

/** What loading a set takes; `mode` holds where its manifest names none. */
export function setOptions({ manifest, sources, packs, entities }: SetFiles, mode: Mode): PolicySetOptions {
  const { onError, links, limits, patterns, auditUntil } = manifest;
  return {
    sources,
    packs,
    mode: manifest.mode ?? mode,
    onError,
    links,
    entities,
    limits,
    patterns,
    ...(auditUntil === undefined ? {} : { auditUntil }),
  };
}

function levelOf(path: string): PolicyLevel | undefined {
  if (WIDE.test(path)) return { kind: 'organisation' };
  const [, kind, name] = NARROW.exec(path) ?? [];
  if (name === undefined) return undefined;
  return kind === 'teams' ? { kind: 'team', team: name } : { kind: 'agent', agent: name };
}

/** INVARIANT: no file is passed over; one under a misspelt folder would be a policy that denies nothing. */
function stray(path: string): Fault {
  const hint = didYouMean(path.split('/')[0] ?? '', PLACES);
  return new Fault(
    'policy.syntax',
    `\`${path}\` belongs to nobody in this policy set`,
    hint === undefined ? { file: path } : { file: path, hint },
  );
}

function parseYaml({ name, text }: PolicySource): unknown {
  try {
    return parse(text, { strict: true, uniqueKeys: true, maxAliasCount: 0 });
  } catch (cause) {
    const said = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : '';
    throw new Fault('policy.syntax', `${name}: not valid YAML: ${said}`, { file: name });
  }
}

function parseEntities({ name, text }: PolicySource): readonly CedarEntity[] {
  const json: JsonValue = parseStrictJson(text);
  if (!Array.isArray(json) || !json.every((item) => isJsonObject(item) && isJsonObject(item['uid'])))
    throw new Fault('policy.schema', `${name}: expected a list of entities, each with its \`uid\``, {
      file: name,
    });
  return (json as unknown as readonly Partial<CedarEntity>[]).map((entity) => ({
    attrs: {},
    parents: [],
    ...entity,
  })) as readonly CedarEntity[];
}
