/** What a purpose register must not say. */
import { isFieldPath, MAX_FIELDS } from './fields.ts';
import {
  LEGAL_BASES,
  MAX_PURPOSES,
  type Notice,
  type Purpose,
  PURPOSE_ID,
  type RegisterContents,
} from './purpose.ts';
import { isSubjectSource } from './subject.ts';

/** The first thing that is wrong, where it stands (`purposes.support.notice`), and what to write instead. */
export interface RegisterProblem {
  readonly path: string;
  readonly problem: string;
  readonly hint: string;
}

/** Longest text of a register, in UTF-16 units. */
const MAX_TEXT = 16_384;
/** Most data classes, recipients and languages of one purpose or notice. */
const MAX_LIST = 64;
/** Most tools that a purpose has rules for. */
const MAX_RULES = 1_024;
const NAME = /^[A-Za-z0-9][A-Za-z0-9 ._:/@-]{0,127}$/;
const LANGUAGE = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}$/;
const TARGET = /^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,255}$/;

/** Why `contents` cannot be a register; `undefined` where they can. */
export function registerProblem({ purposes, notices }: RegisterContents): RegisterProblem | undefined {
  if (purposes.length === 0) return at('purposes', 'no purpose is registered', 'write at least one');
  for (const [list, items] of [
    ['purposes', purposes],
    ['notices', notices],
  ] as const) {
    if (items.length > MAX_PURPOSES) return at(list, `there are more than ${MAX_PURPOSES}`, 'write fewer');
    const twice = items.find(({ id }, index) => items.findIndex((other) => other.id === id) !== index);
    if (twice !== undefined) return at(`${list}.${twice.id}`, 'the id stands twice', 'an id stands once');
  }
  const known = new Set(notices.map(({ id }) => id));
  return first([
    ...notices.map((notice) => () => noticeProblem(notice)),
    ...purposes.map((purpose) => () => purposeProblem(purpose, known)),
  ]);
}

function purposeProblem(purpose: Purpose, notices: ReadonlySet<string>): RegisterProblem | undefined {
  const { id, description, data, basis, retention, recipients, subject, notice } = purpose;
  const place = `purposes.${id}`;
  const hasSubject = subject !== 'none';
  return first([
    () => idProblem(place, id),
    () => textProblem(`${place}.description`, description),
    () => listProblem(`${place}.data`, data, 1),
    () => listProblem(`${place}.recipients`, recipients, 0),
    () =>
      NAME.test(retention)
        ? undefined
        : at(`${place}.retention`, 'it is no name of a class', 'write `default`'),
    () =>
      LEGAL_BASES.includes(basis)
        ? undefined
        : at(`${place}.basis`, 'it is no legal basis', `write one of ${LEGAL_BASES.join(', ')}`),
    () =>
      isSubjectSource(subject)
        ? undefined
        : at(
            `${place}.subject`,
            'it names nobody',
            'write `person`, `none` or a path, `context.args.customer`',
          ),
    () =>
      hasSubject || basis !== 'consent'
        ? undefined
        : at(
            `${place}.subject`,
            'consent is somebody’s, and this purpose has nobody',
            'say whose data it is',
          ),
    () =>
      hasSubject || notice === undefined
        ? undefined
        : at(
            `${place}.subject`,
            'a notice is shown to somebody, and this purpose has nobody',
            'say whose data it is',
          ),
    () =>
      notice === undefined || notices.has(notice)
        ? undefined
        : at(
            `${place}.notice`,
            `no notice \`${notice.slice(0, 60)}\` is registered`,
            'write it under `notices`',
          ),
    () => rulesProblem(`${place}.minimise`, purpose.minimise),
  ]);
}

function rulesProblem(place: string, rules: Purpose['minimise']): RegisterProblem | undefined {
  if (rules === undefined) return undefined;
  const all = Object.entries(rules);
  if (all.length > MAX_RULES) return at(place, `there are more than ${MAX_RULES} rules`, 'write fewer');
  return first(
    all.map(([target, fields]) => () => {
      if (!TARGET.test(target))
        return at(place, 'a rule is for no tool', 'write `server/tool`, or an action such as `process/exec`');
      if (fields === 'everything') return undefined;
      if (fields.length > MAX_FIELDS)
        return at(`${place}.${target}`, `more than ${MAX_FIELDS} fields`, 'write fewer');
      const wrong = fields.find((field) => !isFieldPath(field));
      return wrong === undefined
        ? undefined
        : at(
            `${place}.${target}`,
            `\`${wrong.slice(0, 60)}\` is no path of arguments`,
            'write names joined by `.`, with `[]` after a list: `items[].sku`',
          );
    }),
  );
}

function noticeProblem({ id, version, texts }: Notice): RegisterProblem | undefined {
  const place = `notices.${id}`;
  const languages = Object.keys(texts);
  return first([
    () => idProblem(place, id),
    () =>
      Number.isSafeInteger(version) && version >= 1
        ? undefined
        : at(`${place}.version`, 'it is no version', 'count them: 1, 2, 3'),
    () =>
      languages.length >= 1 && languages.length <= MAX_LIST && languages.every((one) => LANGUAGE.test(one))
        ? undefined
        : at(`${place}.texts`, 'no text by its language', 'write `texts: {en: …}`'),
    ...Object.entries(texts).map(
      ([language, text]) =>
        () =>
          textProblem(`${place}.texts.${language}`, text),
    ),
  ]);
}

function idProblem(place: string, id: string): RegisterProblem | undefined {
  return PURPOSE_ID.test(id)
    ? undefined
    : at(place, 'it is no id', 'lower-case letters, digits, `-` and `_`, a letter first, 64 at most');
}

function textProblem(place: string, text: string): RegisterProblem | undefined {
  const isText = text.trim() !== '' && text.length <= MAX_TEXT && text.isWellFormed();
  return isText ? undefined : at(place, 'it is no text', `1 to ${MAX_TEXT} characters`);
}

function listProblem(place: string, names: readonly string[], least: number): RegisterProblem | undefined {
  const isList = names.length >= least && names.length <= MAX_LIST && names.every((name) => NAME.test(name));
  return isList ? undefined : at(place, 'it is no list of names', `${least} to ${MAX_LIST} plain names`);
}

function first(checks: readonly (() => RegisterProblem | undefined)[]): RegisterProblem | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function at(path: string, problem: string, hint: string): RegisterProblem {
  return { path, problem, hint };
}
