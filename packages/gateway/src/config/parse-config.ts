/** `writ.yaml` as a configuration. */
import { dirname, resolve } from 'node:path';
import { type Mode, MODES } from '@writ/core';
import { parseAuthz, parseEgress } from './egress/index.ts';
import { parseExport } from './export/index.ts';
import { parseGateway } from './gateway/index.ts';
import { parseKeys } from './keys/index.ts';
import { parseLog } from './parse-log.ts';
import { DEFAULT_APPROVALS, parseAgent, parseApprovals, parsePerson } from './parse-people.ts';
import { parsePublish } from './parse-publish.ts';
import { parseServers } from './parse-servers.ts';
import { invalid } from './place.ts';
import { parsePrivacy } from './privacy/index.ts';
import { parsePlane } from './plane/index.ts';
import { type PlacedValue, readYaml } from './read-yaml.ts';
import { parseRetention } from './retention/index.ts';
import { type Fields, readBoolean, readChoice, readFields, readList, readMap, readText } from './shape.ts';
import { type Configuration, DATA_FOLDER, type DetectorMode, type ShadowConfiguration } from './types.ts';

const FIELDS = [
  'policies',
  'mode',
  'auditUntil',
  'shadow',
  'agent',
  'person',
  'servers',
  'data',
  'origin',
  'log',
  'publish',
  'keys',
  'retention',
  'export',
  'witnesses',
  'replicate',
  'approvals',
  'expose',
  'receipts',
  'detectors',
  'gateway',
  'egress',
  'authz',
  'privacy',
  'plane',
];
const DETECTOR_MODES: readonly DetectorMode[] = ['block', 'observe', 'off'];
/** RFC 3339 in UTC, to the second. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
/** What a key name may hold (c2sp.org/signed-note), without what would blur a receipt `origin#index`. */
const ORIGIN = /^[^\p{White_Space}\p{Cc}+#"\\]{1,255}$/u;

/**
 * The configuration in `text`. `file` is its absolute path, from whose folder relative paths start.
 * Throws `config.syntax` and `config.invalid` (also `key.malformed`, `key.weak` for approvers' keys) with `file`, `line`, `column`, `path` and `hint`.
 */
export function parseConfig(text: string, file: string): Configuration {
  const folder = dirname(file);
  const fields = readFields(readYaml(text, file), FIELDS);
  const plane = fields.get('plane');
  const policies = plane === undefined ? parsePolicies(fields, folder) : noPolicies(fields);
  const mode = parseMode(fields);
  const shadow = fields.get('shadow');
  const data = fields.get('data');
  const origin = fields.get('origin');
  const log = fields.get('log');
  const publish = fields.get('publish');
  const sent = fields.get('export');
  const keys = fields.get('keys');
  const retention = fields.get('retention');
  const witnesses = fields.get('witnesses');
  const replicate = fields.get('replicate');
  const person = fields.get('person');
  const servers = fields.get('servers');
  const approvals = fields.get('approvals');
  const expose = fields.get('expose');
  const receipts = fields.get('receipts');
  const detectors = fields.get('detectors');
  const gateway = fields.get('gateway');
  const egress = fields.get('egress');
  const authz = fields.get('authz');
  const privacy = fields.get('privacy');
  return {
    file,
    folder,
    policies,
    ...mode,
    ...(shadow === undefined ? {} : { shadow: parseShadow(shadow, folder, mode.mode) }),
    agent: parseAgent(fields.need('agent', 'write `agent: {id: research-bot}`'), folder),
    ...(person === undefined ? {} : parsePerson(person)),
    servers: servers === undefined ? [] : parseServers(servers, folder),
    data: resolve(folder, data === undefined ? DATA_FOLDER : readText(data)),
    ...(origin === undefined ? {} : { origin: readOrigin(origin) }),
    ...(log === undefined ? {} : { log: parseLog(log, folder) }),
    ...(publish === undefined ? {} : { publish: parsePublish(publish, folder) }),
    ...(sent === undefined ? {} : { export: parseExport(sent, folder) }),
    ...(keys === undefined ? {} : { keys: parseKeys(keys, folder) }),
    ...(retention === undefined ? {} : { retention: parseRetention(retention, folder) }),
    ...(witnesses === undefined ? {} : { witnesses: resolve(folder, readText(witnesses)) }),
    replicate: replicate === undefined ? [] : parseReplicate(replicate, witnesses),
    approvals: approvals === undefined ? DEFAULT_APPROVALS : parseApprovals(approvals),
    ...(expose === undefined ? {} : { expose: readChoice(expose, ['plain', 'prefixed'] as const) }),
    ...(receipts === undefined ? {} : { hasReceipts: readBoolean(receipts) }),
    detectors: detectors === undefined ? {} : parseDetectors(detectors),
    ...(gateway === undefined ? {} : { gateway: parseGateway(gateway, folder) }),
    ...(egress === undefined ? {} : { egress: parseEgress(egress, folder) }),
    ...(authz === undefined ? {} : { authz: parseAuthz(authz, folder) }),
    ...(privacy === undefined ? {} : { privacy: parsePrivacy(privacy, folder) }),
    ...(plane === undefined ? {} : { plane: parsePlane(plane, folder) }),
  };
}

function parsePolicies(fields: Fields, folder: string): readonly string[] {
  const value = fields.need('policies', 'write `policies: [policies]`');
  const policies = readList(value).map(readText);
  if (policies.length > 0) return policies.map((path) => resolve(folder, path));
  throw invalid(value.place, 'no policy is named', 'name a file or a folder of `.cedar` files');
}

/** INVARIANT: what governs a node of a control plane is signed as a whole; a file beside it would govern in part. */
function noPolicies(fields: Fields): readonly string[] {
  for (const name of ['policies', 'mode', 'auditUntil', 'shadow']) {
    const value = fields.get(name);
    if (value !== undefined)
      throw invalid(
        value.place,
        `\`${name}\` stands beside \`plane\``,
        'policies come in signed bundles there: remove one of the two',
      );
  }
  return [];
}

function parseShadow(value: PlacedValue, folder: string, mode: Mode): ShadowConfiguration {
  const fields = readFields(value, ['policies', 'mode']);
  const given = fields.get('mode');
  return {
    policies: parsePolicies(fields, folder),
    mode: given === undefined ? mode : readChoice(given, MODES),
  };
}

function parseMode(fields: Fields): Pick<Configuration, 'mode' | 'auditUntil'> {
  const given = fields.get('mode');
  const until = fields.get('auditUntil');
  const mode = given === undefined ? 'strict' : readChoice(given, MODES);
  // In audit mode it ends that; in the others it ends the audit mode of single policies, `@mode("audit")`.
  return until === undefined ? { mode } : { mode, auditUntil: readInstant(until) };
}

function readInstant(value: PlacedValue): number {
  const text = readText(value);
  const time = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  // A date that does not exist (30 February) is moved by the parser: only what reads back is one.
  if (Number.isNaN(time) || new Date(time).toISOString() !== text.replace('Z', '.000Z')) {
    throw invalid(value.place, `\`${text.slice(0, 60)}\` is not an instant`, 'write `2030-01-31T00:00:00Z`');
  }
  return time;
}

function parseReplicate(value: PlacedValue, witnesses: PlacedValue | undefined): readonly string[] {
  if (witnesses !== undefined) return readList(value).map(readText);
  throw invalid(
    value.place,
    'mirrors are named, and no trust policy',
    'name the policy that has their keys and addresses: `witnesses: trust-policy`',
  );
}

function readOrigin(value: PlacedValue): string {
  const text = readText(value);
  if (ORIGIN.test(text)) return text;
  throw invalid(
    value.place,
    `\`${text.slice(0, 60)}\` is not an origin`,
    'like a host and a path, without white space, `+`, `#`, quotes and backslashes',
  );
}

function parseDetectors(value: PlacedValue): Readonly<Record<string, DetectorMode>> {
  const modes: Record<string, DetectorMode> = {};
  for (const [id, entry] of readMap(value)) {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(id))
      throw invalid(entry.place, `\`${id.slice(0, 60)}\` is not the id of a detector`);
    modes[id] = readChoice(entry.value, DETECTOR_MODES);
  }
  return modes;
}
