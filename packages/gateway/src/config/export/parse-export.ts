/** Where the log is sent: `export: {NAME: {type: …}}`. */
import type { Disclosable } from '@writ/export';
import type { DestinationSettings, TargetSettings } from '@writ/stream';
import { DEFAULT_DESTINATION } from '@writ/stream/settings';
import { invalid } from '../place.ts';
import type { PlacedValue } from '../read-yaml.ts';
import { type Fields, readChoice, readDuration, readFields, readList, readMap } from '../shape.ts';
import { KAFKA_FIELDS, parseKafka } from './parse-kafka.ts';
import { NATS_FIELDS, parseNats } from './parse-nats.ts';
import { OTLP_FIELDS, parseOtlp } from './parse-otlp.ts';
import { parseSyslog, SYSLOG_FIELDS } from './parse-syslog.ts';
import { parseWebhook, WEBHOOK_FIELDS } from './parse-webhook.ts';
import { readCount } from './read.ts';

/** How one type is read. */
interface TargetParser {
  /** Its own fields, beside those of every destination. */
  readonly fields: readonly string[];
  readonly parse: (fields: Fields, folder: string) => TargetSettings;
}

const TARGETS: ReadonlyMap<string, TargetParser> = new Map<TargetSettings['type'], TargetParser>([
  ['webhook', { fields: WEBHOOK_FIELDS, parse: parseWebhook }],
  ['syslog', { fields: SYSLOG_FIELDS, parse: parseSyslog }],
  ['otlp', { fields: OTLP_FIELDS, parse: parseOtlp }],
  ['nats', { fields: NATS_FIELDS, parse: parseNats }],
  ['kafka', { fields: KAFKA_FIELDS, parse: parseKafka }],
]);
const TYPES = [...TARGETS.keys()];
const COMMON_FIELDS = [
  'type',
  'disclose',
  'from',
  'batchSize',
  'flushInterval',
  'timeout',
  'alertAfter',
  'maxBacklog',
  'whenBehind',
  'whenRejected',
];
const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const MAX_DESTINATIONS = 32;
const MAX_BATCH = 1_000;
const MAX_BACKLOG = 1_000_000_000;
const [LEAST_MS, MOST_MS] = [1, 86_400_000];
/** A destination that is sent to in time is never behind. */
const ALERT_FACTOR = 4;
/** Every name, or this does not compile. */
const DISCLOSABLE: Readonly<Record<Disclosable, true>> = {
  agent: true,
  person: true,
  session: true,
  target: true,
  arguments: true,
  findings: true,
  trace: true,
};

/** The destinations in `value`, in its order; `folder` is where relative paths start. Throws `config.invalid`. */
export function parseExport(value: PlacedValue, folder: string): readonly DestinationSettings[] {
  const entries = [...readMap(value)];
  if (entries.length > MAX_DESTINATIONS)
    throw invalid(value.place, `more than ${MAX_DESTINATIONS} destinations`);
  return entries.map(([name, entry]) => {
    if (!NAME.test(name))
      throw invalid(
        entry.place,
        `\`${name.slice(0, 60)}\` is not the name of a destination`,
        'lower-case letters, digits and `-`, at most 32, beginning with a letter or digit',
      );
    return parseDestination(name, entry.value, folder);
  });
}

function parseDestination(name: string, value: PlacedValue, folder: string): DestinationSettings {
  const given = readMap(value).get('type')?.value;
  if (given === undefined)
    throw invalid(value.place, '`type` is missing', `one of ${TYPES.map((one) => `\`${one}\``).join(', ')}`);
  const parser = TARGETS.get(readChoice(given, TYPES));
  const fields = readFields(value, [...COMMON_FIELDS, ...(parser?.fields ?? [])]);
  if (parser === undefined) throw invalid(given.place, 'this type is not read here');
  const target = parser.parse(fields, folder);
  const settings = { name, target, ...parsePace(fields), ...parseBounds(fields) };
  const alert = fields.get('alertAfter');
  if (alert !== undefined && settings.alertAfterMs < settings.flushMs * ALERT_FACTOR)
    throw invalid(alert.place, `\`alertAfter\` is at least ${ALERT_FACTOR} times \`flushInterval\``);
  return settings;
}

function parsePace(
  fields: Fields,
): Pick<DestinationSettings, 'disclose' | 'from' | 'batchSize' | 'flushMs' | 'timeoutMs' | 'alertAfterMs'> {
  const [disclose, from, batchSize] = ['disclose', 'from', 'batchSize'].map((name) => fields.get(name));
  const duration = (name: string, otherwise: number): number => {
    const found = fields.get(name);
    return found === undefined ? otherwise : readDuration(found, LEAST_MS, MOST_MS);
  };
  const flushMs = duration('flushInterval', DEFAULT_DESTINATION.flushMs);
  return {
    disclose: disclose === undefined ? DEFAULT_DESTINATION.disclose : parseDisclose(disclose),
    from: from === undefined ? DEFAULT_DESTINATION.from : readChoice(from, ['start', 'now'] as const),
    batchSize: batchSize === undefined ? DEFAULT_DESTINATION.batchSize : readCount(batchSize, 1, MAX_BATCH),
    flushMs,
    timeoutMs: duration('timeout', DEFAULT_DESTINATION.timeoutMs),
    alertAfterMs: duration('alertAfter', Math.max(DEFAULT_DESTINATION.alertAfterMs, flushMs * ALERT_FACTOR)),
  };
}

function parseBounds(
  fields: Fields,
): Pick<DestinationSettings, 'maxBacklog' | 'whenBehind' | 'whenRejected'> {
  const [backlog, behind, rejected] = ['maxBacklog', 'whenBehind', 'whenRejected'].map((name) =>
    fields.get(name),
  );
  return {
    maxBacklog:
      backlog === undefined ? DEFAULT_DESTINATION.maxBacklog : readCount(backlog, MAX_BATCH, MAX_BACKLOG),
    whenBehind:
      behind === undefined ? DEFAULT_DESTINATION.whenBehind : readChoice(behind, ['keep', 'skip'] as const),
    whenRejected:
      rejected === undefined
        ? DEFAULT_DESTINATION.whenRejected
        : readChoice(rejected, ['stop', 'skip'] as const),
  };
}

function parseDisclose(value: PlacedValue): readonly Disclosable[] {
  const names = Object.keys(DISCLOSABLE) as readonly Disclosable[];
  return [...new Set(readList(value).map((item) => readChoice(item, names)))];
}
