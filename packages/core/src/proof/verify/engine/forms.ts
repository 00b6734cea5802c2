/** What an entry says of its place, and whether there is one reading of it: the text that JSON.stringify writes, so no member twice. */
import { attempt } from './text.ts';

/** Most forms kept, and the longest text that one is made of: an entry of another form is parsed, slower and judged no differently. */
const [MAX_FORMS, MAX_FORM_LENGTH] = [64, 8_192];
/** A string without escapes, and a whole number that every reader takes for the same. */
const [STRING, COUNT] = ['"[^"\\\\\\0-\\x1f]*"', '(?:0|[1-9]\\d{0,14})'];
/** What is read of an entry, and of its `producer`. */
const ENTRY = ['kind', 'origin', 'time', 'decisionOf', 'timeFloor', 'witnessedSize'];
const PRODUCER = ['boot', 'counter', 'previous'];

/** What is read of an entry, each value as JSON writes it; absent where it is absent. */
export interface Place {
  readonly kind?: string;
  readonly origin?: string;
  readonly time?: string;
  readonly decisionOf?: string;
  readonly timeFloor?: string;
  readonly witnessedSize?: string;
  readonly boot?: string;
  readonly counter?: string;
  readonly previous?: string;
}

type Members = Readonly<Record<string, unknown>>;

/** A reader of places. It calls `refuse` for what is no JSON object, or may be read in two ways. The form met last is tried first. */
export function createPlaceReader(): (text: string, refuse: (what: string) => void) => Place | undefined {
  const forms: RegExp[] = [];
  return (text, refuse) => {
    let place: Place | undefined;
    const at = forms.findIndex((form) => (place = form.exec(text)?.groups) !== undefined);
    if (at > 0) forms.unshift(...forms.splice(at, 1));
    if (place !== undefined) return place;
    const entry = text[0] === '{' ? attempt(() => JSON.parse(text) as Members) : undefined;
    if (entry === undefined) refuse('is not a JSON object');
    else if (attempt(() => JSON.stringify(entry)) !== text)
      refuse('has two readings: a member twice, or another spelling');
    else if (forms.length < MAX_FORMS && text.length <= MAX_FORM_LENGTH)
      forms.push(...(attempt(() => [formOf(entry)].filter((form) => form.test(text))) ?? []));
    const read = (from: unknown) => (name: string) =>
      [name, attempt(() => JSON.stringify((from as Members)[name]))] as const;
    return entry && Object.fromEntries([...ENTRY.map(read(entry)), ...PRODUCER.map(read(entry['producer']))]);
  };
}

/** What matches `entry` with other strings and counts in it, those read as groups: parsing each entry costs more than all else. */
function formOf(entry: Members): RegExp {
  const skeleton = JSON.stringify(entry, function (this: unknown, name, value: unknown) {
    const form =
      typeof value === 'string'
        ? STRING
        : Number.isInteger(value)
          ? COUNT
          : value === null
            ? 'null'
            : undefined;
    const read = this === entry ? ENTRY : this === entry['producer'] ? PRODUCER : [];
    return form !== undefined && read.includes(name) ? `(?<${name}>${form})` : (form ?? value);
  });
  const form = (token: string, text: string, colon?: string) =>
    colon === '' ? (JSON.parse(text) as string) : token.replace(/[^\w"]/g, '\\$&');
  return new RegExp(`^${skeleton.replace(/("(?:[^"\\]|\\.)*")(:?)|\W/g, form)}$`);
}
