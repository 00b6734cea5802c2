/** Finds the tests of a file by its text: their titles as written, each behind the titles of the groups it stands in. */

/** A test as written. */
export interface NamedTest {
  /** `group title`, with one space between; `%s` and `$name` of tables stand as written. */
  readonly name: string;
  /** Whether it, or a group around it, is marked `skip`, `todo` or `fails`: it then proves nothing. */
  readonly isIdle: boolean;
}

/** A call of `describe`, `test` or `it`, up to and including its title. */
interface TitledCall {
  readonly title: string;
  readonly isIdle: boolean;
  readonly end: number;
}

const CALL = /(?<![\w$.])(?:describe|test|it)(?![\w$])/y;
const IDLE = new Set(['skip', 'todo', 'fails']);
/** After one of these a `/` begins a pattern; after anything else it divides. */
const BEFORE_PATTERN = /(?:^|[(,=:[!&|?{};+\-*%<>~^]|\b(?:return|typeof|case|of|in))\s*$/;

/** The tests in `source`, in order. */
export function testNames(source: string): readonly NamedTest[] {
  const tests: NamedTest[] = [];
  // One item per open parenthesis; that of a group holds its title.
  const open: (TitledCall | undefined)[] = [];
  for (let at = 0; at < source.length; ) {
    const skipped = skipQuoted(source, at);
    if (skipped > at) {
      at = skipped;
      continue;
    }
    CALL.lastIndex = at;
    const word = CALL.exec(source)?.[0];
    const call = word === undefined ? undefined : readCall(source, at + word.length);
    if (word !== undefined && call !== undefined) {
      const around = open.filter((group) => group !== undefined);
      if (word !== 'describe') {
        const name = [...around.map(({ title }) => title), call.title].join(' ');
        tests.push({ name, isIdle: call.isIdle || around.some(({ isIdle }) => isIdle) });
      }
      open.push(word === 'describe' ? call : undefined);
      at = call.end;
      continue;
    }
    if (source[at] === '(') open.push(undefined);
    if (source[at] === ')') open.pop();
    at += 1;
  }
  return tests;
}

/** The sentences of a contract, the suite that several implementations run: the text of each `name:`. */
export function contractNames(source: string): readonly NamedTest[] {
  return literals(source)
    .filter(({ at }) => /\bname:\s*$/.test(source.slice(Math.max(0, at - 20), at)))
    .map(({ text }) => ({ name: text, isIdle: false }));
}

/** Every text of `source`, such as the first cell of a table's row. */
export function texts(source: string): ReadonlySet<string> {
  return new Set(literals(source).map(({ text }) => text));
}

function literals(source: string): readonly { readonly at: number; readonly text: string }[] {
  const found: { at: number; text: string }[] = [];
  for (let at = 0; at < source.length; ) {
    const end = skipQuoted(source, at);
    if (end > at && /["'`]/.test(source[at] ?? ''))
      found.push({ at, text: unescape(source.slice(at + 1, end - 1)) });
    at = Math.max(end, at + 1);
  }
  return found;
}

/** Reads `.each<T>(table)('title'` and the like; nothing where no call with a literal title follows. */
function readCall(source: string, from: number): TitledCall | undefined {
  let isIdle = false;
  for (let at = skipSpace(source, from); at < source.length; at = skipSpace(source, at)) {
    const next = source[at];
    if (next === '.') {
      const name = /^\w+/.exec(source.slice(skipSpace(source, at + 1), at + 80))?.[0] ?? '';
      isIdle ||= IDLE.has(name);
      at = skipSpace(source, at + 1) + name.length;
    } else if (next === '<') {
      at = skipGroup(source, at, '<', '>');
    } else if (next === '`') {
      at = skipQuoted(source, at);
    } else if (next === '(') {
      const start = skipSpace(source, at + 1);
      if (/["'`]/.test(source[start] ?? '')) {
        const end = skipQuoted(source, start);
        return { title: unescape(source.slice(start + 1, end - 1)), isIdle, end };
      }
      at = skipGroup(source, at, '(', ')');
    } else {
      return undefined;
    }
  }
  return undefined;
}

/** The place behind the group that opens at `at`. */
function skipGroup(source: string, at: number, opening: string, closing: string): number {
  let depth = 0;
  for (let here = at; here < source.length; ) {
    const skipped = skipQuoted(source, here);
    if (skipped > here) {
      here = skipped;
      continue;
    }
    const isArrow = source[here] === '>' && source[here - 1] === '=';
    if (source[here] === opening) depth += 1;
    if (source[here] === closing && !isArrow) depth -= 1;
    here += 1;
    if (depth === 0) return here;
  }
  return source.length;
}

/** The place behind the comment, text, template or pattern that begins at `at`; `at` where none does. */
function skipQuoted(source: string, at: number): number {
  const first = source[at];
  if (first === "'" || first === '"') return skipText(source, at, first);
  if (first === '`') return skipTemplate(source, at);
  if (first !== '/') return at;
  if (source[at + 1] === '/') return endOf(source.indexOf('\n', at), source);
  if (source[at + 1] === '*') return endOf(source.indexOf('*/', at), source) + 2;
  return BEFORE_PATTERN.test(source.slice(Math.max(0, at - 40), at)) ? skipPattern(source, at) : at;
}

function skipText(source: string, at: number, quote: string): number {
  for (let here = at + 1; here < source.length; here += 1) {
    if (source[here] === '\\') here += 1;
    else if (source[here] === quote) return here + 1;
  }
  return source.length;
}

function skipTemplate(source: string, at: number): number {
  for (let here = at + 1; here < source.length; here += 1) {
    if (source[here] === '\\') here += 1;
    else if (source[here] === '`') return here + 1;
    else if (source[here] === '$' && source[here + 1] === '{')
      here = skipGroup(source, here + 1, '{', '}') - 1;
  }
  return source.length;
}

function skipPattern(source: string, at: number): number {
  let isInClass = false;
  for (let here = at + 1; here < source.length && source[here] !== '\n'; here += 1) {
    if (source[here] === '\\') here += 1;
    else if (source[here] === '[') isInClass = true;
    else if (source[here] === ']') isInClass = false;
    else if (source[here] === '/' && !isInClass) return here + 1;
  }
  return at + 1;
}

function skipSpace(source: string, at: number): number {
  let here = at;
  for (;;) {
    while (/\s/.test(source[here] ?? '')) here += 1;
    const isComment = source[here] === '/' && (source[here + 1] === '/' || source[here + 1] === '*');
    if (!isComment) return here;
    here = skipQuoted(source, here);
  }
}

function endOf(found: number, source: string): number {
  return found === -1 ? source.length : found;
}

/** Titles escape quotes and backslashes alone. */
function unescape(text: string): string {
  return text.replaceAll(/\\(.)/gs, '$1');
}
