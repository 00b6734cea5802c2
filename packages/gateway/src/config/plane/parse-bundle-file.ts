/** `bundle.yaml`: what a bundle says beside its policies, as whoever signs it wrote it down. */
import { resolve } from 'node:path';
import { type BundleApprover, isUlid, type Mode, MODES, OFFLINE_MODES, type OfflineMode } from '@writ/core';
import { invalid } from '../place.ts';
import { type PlacedValue, readYaml } from '../read-yaml.ts';
import { readChoice, readDuration, readFields, readList, readText } from '../shape.ts';

/** A description, its paths absolute. */
export interface BundleDescription {
  readonly organisation: string;
  readonly environment: string;
  readonly team?: string;
  /** Folder of a policy set. */
  readonly policies: string;
  /** File of tools, `server/tool: inputSchema`. */
  readonly tools?: string;
  /** Milliseconds. */
  readonly maxAge: number;
  readonly offline: OfflineMode;
  readonly mode: Mode;
  readonly approvers: readonly BundleApprover[];
  readonly identityProviders?: readonly string[];
  readonly agents?: readonly string[];
  readonly nodes?: readonly string[];
}

const FIELDS = [
  'organisation',
  'environment',
  'team',
  'policies',
  'tools',
  'max_age',
  'offline',
  'mode',
  'approvers',
  'identity_providers',
  'agents',
  'nodes',
];
const LEAST_AGE_MS = 60_000;
const MOST_AGE_MS = 366 * 86_400_000;

/** The description in `text`; relative paths start from `folder`. Throws `config.syntax`, `config.invalid`. What it says is checked as a whole when it is signed. */
export function parseBundleFile(text: string, file: string, folder: string): BundleDescription {
  const fields = readFields(readYaml(text, file), FIELDS);
  const texts = (name: string): readonly string[] | undefined => {
    const value = fields.get(name);
    return value === undefined ? undefined : readList(value).map(readText);
  };
  const [team, tools, mode, approvers] = ['team', 'tools', 'mode', 'approvers'].map((name) =>
    fields.get(name),
  );
  const identityProviders = texts('identity_providers');
  const agents = texts('agents');
  const nodes = texts('nodes');
  const path = (value: PlacedValue): string => resolve(folder, readText(value));
  return {
    organisation: readUlid(fields.need('organisation', 'its ULID, as the control plane shows it')),
    environment: readText(fields.need('environment', 'write `environment: production`')),
    ...(team === undefined ? {} : { team: readUlid(team) }),
    policies: path(fields.need('policies', 'name the folder of a policy set')),
    ...(tools === undefined ? {} : { tools: path(tools) }),
    maxAge: readDuration(fields.need('max_age', 'such as `max_age: 7d`'), LEAST_AGE_MS, MOST_AGE_MS),
    offline: readChoice(fields.need('offline', `one of ${OFFLINE_MODES.join(', ')}`), OFFLINE_MODES),
    mode: mode === undefined ? 'strict' : readChoice(mode, MODES),
    approvers: approvers === undefined ? [] : readList(approvers).map(readApprover),
    ...(identityProviders === undefined ? {} : { identityProviders }),
    ...(agents === undefined ? {} : { agents }),
    ...(nodes === undefined ? {} : { nodes }),
  };
}

function readApprover(value: PlacedValue): BundleApprover {
  const fields = readFields(value, ['id', 'key', 'groups', 'person']);
  const groups = fields.get('groups');
  const person = fields.get('person');
  return {
    id: readText(fields.need('id', 'write `{id: ann, key: …}`')),
    key: readText(fields.need('key', 'write the `name+keyid+base64` of the approver’s key')),
    groups: groups === undefined ? [] : readList(groups).map(readText),
    ...(person === undefined ? {} : { person: readText(person) }),
  };
}

function readUlid(value: PlacedValue): string {
  const text = readText(value);
  if (isUlid(text)) return text;
  throw invalid(value.place, `\`${text.slice(0, 60)}\` is no ULID`, 'as the control plane shows it');
}
