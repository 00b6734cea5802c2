/** Checks on personal data that is held in a structured form: declared by an operator, linear in what they look at. */
import { parse } from 'yaml';
import { Fault, isJsonObject, type JsonValue, matchesWildcard, ownProperty } from '../../kernel/index.ts';
import { STEP_CODE } from '../cases/index.ts';

/** Forms that a text may be asked to have. */
export const FORMS = ['email', 'e164', 'date', 'instant', 'country'] as const;
export type Form = (typeof FORMS)[number];

/** One check. At least one of `form`, `like`, `values` and `maxAgeMs` is there, and all that are must hold. */
export interface QualityCheck {
  /** A code, {@link STEP_CODE}. */
  readonly id: string;
  /** Looks at actions for this purpose alone. */
  readonly purpose?: string;
  /** Looks at this tool alone, `server/tool`. */
  readonly tool?: string;
  /** Where the value stands: `arguments.customer.email`, `result.birth_date`. */
  readonly field: string;
  /** Whether an action in which it is missing fails. */
  readonly isRequired: boolean;
  readonly form?: Form;
  /** A text with `*` for anything. */
  readonly like?: string;
  readonly values?: readonly string[];
  /** How old the instant or date in the field may be, in milliseconds. */
  readonly maxAgeMs?: number;
}

/** Most checks of a file. */
export const MAX_CHECKS = 256;
const FIELD = /^(?:arguments|result)(?:\.[A-Za-z_][A-Za-z0-9_-]{0,63}){1,8}$/;
const DAY_MS = 86_400_000;
/** Longest text that a form is looked for in, in UTF-16 units: each of them is far shorter. */
const MAX_FORM = 320;

const PATTERNS: Readonly<Record<Form, RegExp>> = {
  email: /^[^\s@]{1,64}@[^\s@.]{1,63}(?:\.[^\s@.]{1,63}){1,8}$/u,
  e164: /^\+[1-9]\d{6,14}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  instant: /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/,
  country: /^[A-Z]{2}$/,
};

/** Longest file of checks, in UTF-16 units. */
const MAX_TEXT = 1024 * 1024;

/** Reads a file of checks in YAML. Throws `config.syntax`, and what {@link parseQualityChecks} does. */
export function readQualityChecks(text: string): readonly QualityCheck[] {
  if (text.length > MAX_TEXT) throw invalid('checks', `the file is longer than ${MAX_TEXT} characters`);
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new Fault('config.syntax', 'the file of checks is no YAML', {}, { cause });
  }
  return parseQualityChecks(value);
}

/** Reads checks, `{checks: [{id, field, …}]}`. Throws `config.invalid` naming the check and what is wrong with it. */
export function parseQualityChecks(value: unknown): readonly QualityCheck[] {
  const list = isJsonObject(value) ? ownProperty(value, 'checks') : undefined;
  if (
    !Array.isArray(list) ||
    list.length === 0 ||
    list.length > MAX_CHECKS ||
    Object.keys(value as object).length > 1
  )
    throw invalid('checks', `\`checks\` is a list of 1 to ${MAX_CHECKS}, and nothing stands beside it`);
  const checks = list.map((one: JsonValue, at) => parseCheck(one, at));
  const ids = checks.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) throw invalid('checks', `\`${twice}\` stands twice`);
  return checks;
}

function parseCheck(value: JsonValue, at: number): QualityCheck {
  const path = `checks[${at}]`;
  if (!isJsonObject(value)) throw invalid(path, 'a check is an object');
  const known = ['id', 'purpose', 'tool', 'field', 'required', 'form', 'like', 'values', 'max_age_days'];
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalid(path, `\`${unknown.slice(0, 60)}\` is not a known field`);
  const text = (name: string): string | undefined => {
    const found = ownProperty(value, name);
    if (found === undefined || (typeof found === 'string' && found !== '')) return found;
    throw invalid(`${path}.${name}`, 'is not a text');
  };
  const [id = '', field = '', form] = [text('id'), text('field'), text('form')];
  if (!STEP_CODE.test(id)) throw invalid(`${path}.id`, 'an id has at most 32 of a-z, 0-9 and `_`');
  if (!FIELD.test(field))
    throw invalid(`${path}.field`, 'a field is a path such as `arguments.customer.email`');
  const known_form = FORMS.find((one) => one === form);
  if (form !== undefined && known_form === undefined)
    throw invalid(`${path}.form`, `is none of ${FORMS.join(', ')}`);
  const required = ownProperty(value, 'required') ?? false;
  if (typeof required !== 'boolean') throw invalid(`${path}.required`, 'is neither `true` nor `false`');
  const [purpose, tool, like] = [text('purpose'), text('tool'), text('like')];
  const check: QualityCheck = {
    id,
    field,
    isRequired: required,
    ...(purpose === undefined ? {} : { purpose }),
    ...(tool === undefined ? {} : { tool }),
    ...(known_form === undefined ? {} : { form: known_form }),
    ...(like === undefined ? {} : { like }),
    ...readValues(value['values'], `${path}.values`),
    ...readAge(value['max_age_days'], `${path}.max_age_days`),
  };
  const says = [check.form, check.like, check.values, check.maxAgeMs].some((one) => one !== undefined);
  if (!says && !required)
    throw invalid(path, 'it asks for nothing: say `form`, `like`, `values`, `max_age_days` or `required`');
  return check;
}

function readValues(value: JsonValue | undefined, path: string): Pick<QualityCheck, 'values'> {
  if (value === undefined) return {};
  const isList = Array.isArray(value) && value.length > 0 && value.length <= 1_024;
  if (isList && value.every((one) => typeof one === 'string')) return { values: value };
  throw invalid(path, 'is not a list of 1 to 1024 texts');
}

function readAge(value: JsonValue | undefined, path: string): Pick<QualityCheck, 'maxAgeMs'> {
  if (value === undefined) return {};
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0 && value <= 36_500)
    return { maxAgeMs: value * DAY_MS };
  throw invalid(path, 'is not 1 to 36500 days');
}

/** Whether `value` is as `check` asks, at `now`. */
export function holds(check: QualityCheck, value: JsonValue, now: number): boolean {
  const { form, like, values, maxAgeMs } = check;
  if (typeof value !== 'string') return false;
  if (form !== undefined && !hasForm(form, value)) return false;
  if (like !== undefined && !matchesWildcard(like, value)) return false;
  if (values !== undefined && !values.includes(value)) return false;
  if (maxAgeMs === undefined) return true;
  const instant = hasForm('date', value) || hasForm('instant', value) ? Date.parse(value) : Number.NaN;
  return instant <= now && now - instant <= maxAgeMs;
}

function hasForm(form: Form, value: string): boolean {
  if (value.length > MAX_FORM || !PATTERNS[form].test(value)) return false;
  if (form !== 'date' && form !== 'instant') return true;
  const time = Date.parse(value);
  // The thirtieth of February is a text with the form of a date.
  return !Number.isNaN(time) && (form !== 'date' || new Date(time).toISOString().startsWith(value));
}

function invalid(path: string, problem: string): Fault {
  return new Fault('config.invalid', `${path}: ${problem}`, {
    path,
    hint: 'see the guide, “Answer a subject request”',
  });
}
