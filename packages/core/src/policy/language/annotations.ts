/** The closed list of annotations, their values, and which policies they may stand on. */
import { type Confinement, CONFINEMENTS } from '../../model/index.ts';
import { didYouMean } from './suggest.ts';

/** What annotations say about a policy. */
export interface Annotations {
  readonly id?: string;
  readonly verdict?: 'step_up' | 'defer';
  readonly approvers: readonly string[];
  readonly quorum: number;
  readonly timeoutMs?: number;
  readonly needs: readonly string[];
  readonly redact: readonly string[];
  readonly labels: readonly string[];
  /** How strictly what is permitted must be confined. */
  readonly confine?: Confinement;
  readonly reason?: string;
  readonly controls: readonly string[];
  /** Whether the policy is only watched: its effect is reported as `would`. */
  readonly audit: boolean;
}

/** A value that is refused. */
export interface AnnotationIssue {
  readonly annotation: string;
  readonly message: string;
  readonly hint?: string;
}

const KNOWN = [
  'id',
  'verdict',
  'approvers',
  'quorum',
  'timeout',
  'needs',
  'redact',
  'label',
  'confine',
  'reason',
  'control',
  'mode',
] as const;
const ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const WORD = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/;
const DURATION = /^([1-9][0-9]{0,8})(s|m|h)$/;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
/** Most approvers one forbid may ask for. */
const MAX_QUORUM = 16;
/** Facts of the context that a `defer` may wait for. */
const CONTEXT_PATH = /^context(?:\.[A-Za-z_][A-Za-z0-9_-]*)+$/;

/** Reads the annotations of one policy. Every problem is reported; values that are refused are left out. */
export function readAnnotations(
  given: { readonly [name: string]: string | null },
  effect: 'permit' | 'forbid',
): { readonly annotations: Annotations; readonly issues: readonly AnnotationIssue[] } {
  const issues: AnnotationIssue[] = [];
  const refuse = (annotation: string, message: string, hint?: string): undefined => {
    issues.push({ annotation, message, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  };
  for (const name of Object.keys(given)) refuseMisplaced(name, given, effect, refuse);
  const read = new Reader(given, refuse);
  const verdict = read.oneOf('verdict', ['step_up', 'defer'] as const);
  const id = read.matching('id', ID, 'letters, digits, `.`, `_` and `-`, at most 64');
  const timeoutMs = read.duration('timeout');
  const confine = read.oneOf('confine', CONFINEMENTS);
  const reason = read.text('reason');
  const annotations: Annotations = {
    ...(id === undefined ? {} : { id }),
    ...(verdict === undefined ? {} : { verdict }),
    approvers: read.list('approvers', WORD, 'names of approvers or groups'),
    quorum: read.count('quorum', MAX_QUORUM) ?? 1,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    needs: read.list('needs', CONTEXT_PATH, 'paths such as `context.user.mfa`'),
    redact: read.list('redact', WORD, 'kinds of findings such as `secret`'),
    labels: read.list('label', WORD, 'labels such as `confidential`'),
    ...(confine === undefined ? {} : { confine }),
    ...(reason === undefined ? {} : { reason }),
    controls: read.list('control', WORD, 'control ids'),
    audit: read.oneOf('mode', ['audit'] as const) !== undefined,
  };
  return { annotations, issues };
}

type Refuse = (annotation: string, message: string, hint?: string) => undefined;

function refuseMisplaced(
  name: string,
  given: { readonly [name: string]: string | null },
  effect: 'permit' | 'forbid',
  refuse: Refuse,
): void {
  if (!(KNOWN as readonly string[]).includes(name)) {
    refuse(
      name,
      `unknown annotation \`@${name}\``,
      didYouMean(name, KNOWN) ?? `known: ${KNOWN.map((known) => `@${known}`).join(' ')}`,
    );
  } else if (['verdict', 'approvers', 'quorum', 'timeout', 'needs'].includes(name)) {
    const wanted = name === 'needs' ? 'defer' : 'step_up';
    if (effect !== 'forbid') {
      refuse(name, `\`@${name}\` stands on a permit`, 'only a forbid can wait for a person or for context');
    } else if (name !== 'verdict' && given['verdict'] !== wanted) {
      refuse(name, `\`@${name}\` stands without \`@verdict("${wanted}")\``, 'it would have no effect');
    }
  }
}

class Reader {
  readonly #given: { readonly [name: string]: string | null };
  readonly #refuse: Refuse;

  constructor(given: { readonly [name: string]: string | null }, refuse: Refuse) {
    this.#given = given;
    this.#refuse = refuse;
  }

  /** The text of `name`, or `undefined` where it is absent or empty, which is refused. */
  text(name: string): string | undefined {
    if (!Object.hasOwn(this.#given, name)) return undefined;
    const value = this.#given[name] ?? '';
    return value.trim() === '' ? this.#refuse(name, `\`@${name}\` has no value`) : value;
  }

  matching(name: string, pattern: RegExp, expected: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || pattern.test(value)) return value;
    return this.#refuse(name, `\`@${name}\` has the value \`${value}\`, expected ${expected}`);
  }

  oneOf<Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const value = this.text(name);
    const known = values.find((candidate) => candidate === value);
    if (value === undefined || known !== undefined) return known;
    const hint =
      name === 'verdict' && value === 'deny'
        ? 'a forbid without `@verdict` denies'
        : didYouMean(value, values);
    const expected = values.map((one) => `\`${one}\``).join(' or ');
    return this.#refuse(name, `\`@${name}\` has the value \`${value}\`, expected ${expected}`, hint);
  }

  list(name: string, pattern: RegExp, expected: string): readonly string[] {
    const value = this.text(name);
    if (value === undefined) return [];
    const items = value.split(',').map((item) => item.trim());
    const bad = items.find((item) => !pattern.test(item));
    if (bad === undefined) return [...new Set(items)].sort();
    this.#refuse(name, `\`@${name}\` lists \`${bad}\`, expected ${expected}, separated by commas`);
    return [];
  }

  count(name: string, most: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const count = /^[1-9][0-9]{0,3}$/.test(value) ? Number(value) : 0;
    if (count >= 1 && count <= most) return count;
    return this.#refuse(name, `\`@${name}\` has the value \`${value}\`, expected a number from 1 to ${most}`);
  }

  /** Milliseconds of `30s`, `15m`, `2h`. */
  duration(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const match = DURATION.exec(value);
    if (match !== null) return Number(match[1]) * (UNIT_MS[match[2] ?? ''] ?? 0);
    return this.#refuse(
      name,
      `\`@${name}\` has the value \`${value}\`, expected a duration such as \`30s\`, \`15m\` or \`2h\``,
    );
  }
}
