/** `purposes.yaml`: the register of purposes, every key known, every fault with its place. */
import {
  type AllowedFields,
  LEGAL_BASES,
  type Notice,
  type Purpose,
  type RegisterContents,
  registerProblem,
} from '@writ/core';
import { invalid, type Place } from '../place.ts';
import { type PlacedEntry, type PlacedValue, readYaml } from '../read-yaml.ts';
import { readChoice, readFields, readList, readMap, readText } from '../shape.ts';

const PURPOSE_FIELDS = [
  'description',
  'data',
  'basis',
  'retention',
  'recipients',
  'subject',
  'notice',
  'minimise',
];
/** Retention class where a purpose names none: that of decisions. */
const DEFAULT_RETENTION = 'decision';

/**
 * What the text of a register says. `file` is its absolute path; `classes` are the retention classes there are, all where absent.
 * Throws `config.syntax` and `config.invalid` with `file`, `line`, `column`, `path` and `hint`.
 */
export function parsePurposes(text: string, file: string, classes?: ReadonlySet<string>): RegisterContents {
  const root = readYaml(text, file);
  const fields = readFields(root, ['purposes', 'notices']);
  const notices = fields.get('notices');
  const purposes = readMap(fields.need('purposes', 'write `purposes: {support: …}`'));
  const contents = {
    purposes: [...purposes].map(([id, entry]) => parsePurpose(id, entry, classes)),
    notices: notices === undefined ? [] : [...readMap(notices)].map(([id, entry]) => parseNotice(id, entry)),
  };
  const problem = registerProblem(contents);
  if (problem === undefined) return contents;
  throw invalid(placeOf(root, problem.path), problem.problem, problem.hint);
}

function parsePurpose(id: string, { value }: PlacedEntry, classes: ReadonlySet<string> | undefined): Purpose {
  const fields = readFields(value, PURPOSE_FIELDS);
  const retention = fields.get('retention');
  const recipients = fields.get('recipients');
  const subject = fields.get('subject');
  const notice = fields.get('notice');
  const minimise = fields.get('minimise');
  return {
    id,
    description: readText(fields.need('description', 'say why, in a sentence for the people it is about')),
    data: readList(fields.need('data', 'write `data: [contact]`')).map(readText),
    basis: readChoice(fields.need('basis', `write one of ${LEGAL_BASES.join(', ')}`), LEGAL_BASES),
    retention: retention === undefined ? DEFAULT_RETENTION : readClass(retention, classes),
    recipients: recipients === undefined ? [] : readList(recipients).map(readText),
    subject: subject === undefined ? 'person' : readText(subject),
    ...(notice === undefined ? {} : { notice: readText(notice) }),
    ...(minimise === undefined ? {} : { minimise: parseRules(minimise) }),
  };
}

function readClass(value: PlacedValue, classes: ReadonlySet<string> | undefined): string {
  const text = readText(value);
  if (classes === undefined || classes.has(text)) return text;
  throw invalid(value.place, `there is no retention class \`${text.slice(0, 60)}\``, [...classes].join(', '));
}

function parseRules(value: PlacedValue): Readonly<Record<string, AllowedFields>> {
  return Object.fromEntries(
    [...readMap(value)].map(([target, { value: fields }]): [string, AllowedFields] => [
      target,
      fields.kind === 'scalar' ? readChoice(fields, ['everything'] as const) : readList(fields).map(readText),
    ]),
  );
}

function parseNotice(id: string, { value }: PlacedEntry): Notice {
  const fields = readFields(value, ['version', 'texts']);
  const texts = readMap(fields.need('texts', 'write `texts: {en: …}`'));
  return {
    id,
    version: readNumber(fields.need('version', 'write `version: 1`')),
    texts: Object.fromEntries([...texts].map(([language, entry]) => [language, readLines(entry.value)])),
  };
}

function readNumber(value: PlacedValue): number {
  if (value.kind === 'scalar' && typeof value.value === 'number') return value.value;
  throw invalid(value.place, 'found no number', 'count versions: 1, 2, 3');
}

/** Text of several lines. */
function readLines(value: PlacedValue): string {
  if (value.kind !== 'scalar' || typeof value.value !== 'string')
    throw invalid(value.place, 'found no text', 'write the notice');
  if (/(?!\n)\p{Cc}/u.test(value.value)) throw invalid(value.place, 'the text holds a control character');
  return value.value.trim();
}

/** The place of the deepest value on the way to `path` that is there. */
function placeOf(root: PlacedValue, path: string): Place {
  let at = root;
  let rest = path;
  while (at.kind === 'map' && rest !== '') {
    const name = [...at.entries.keys()].find((key) => rest === key || rest.startsWith(`${key}.`));
    const entry = name === undefined ? undefined : at.entries.get(name);
    if (name === undefined || entry === undefined) break;
    at = entry.value;
    rest = rest.slice(name.length + 1);
  }
  return { ...at.place, path };
}
