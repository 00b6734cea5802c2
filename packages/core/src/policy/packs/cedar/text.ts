/** Cedar text: literals, names and policies. */
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** Words that are no attribute names without quotes. */
const KEYWORDS: ReadonlySet<string> = new Set([
  'true',
  'false',
  'if',
  'then',
  'else',
  'in',
  'is',
  'like',
  'has',
  '__cedar',
]);
const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};
/** Longest line before a list is broken. */
const LINE = 110;

/** A string literal. */
export function stringLiteral(text: string): string {
  return `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replace(
    /["\\\p{C}]|(?! )\p{Z}/gu,
    (char) => ESCAPES[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** A pattern of `like`; `*` in `glob` stays a wildcard. */
export function patternLiteral(glob: string): string {
  return `"${glob.split('*').map(escaped).join('*')}"`;
}

/** A pattern of `like` with `before` and `after` around a text in which `*` is itself. */
export function literalPattern(before: string, text: string, after: string): string {
  return `"${before}${text.split('*').map(escaped).join('\\*')}${after}"`;
}

/** `Action::"files/read_file"`. */
export function entity(type: string, id: string): string {
  return `${type}::${stringLiteral(id)}`;
}

/** `[a, b]`, over several lines where it is long. */
export function list(items: readonly string[], indent = '  '): string {
  const line = `[${items.join(', ')}]`;
  if (line.length <= LINE) return line;
  const lines: string[] = [];
  let current = '';
  for (const item of items) {
    if (current !== '' && current.length + item.length + 2 > LINE) {
      lines.push(`${current},`);
      current = '';
    }
    current = current === '' ? item : `${current}, ${item}`;
  }
  return `[\n${[...lines, current].map((one) => `${indent}  ${one}`).join('\n')}\n${indent}]`;
}

/** `target.name`, or `target["odd name"]`. */
export function access(target: string, name: string): string {
  return isPlain(name) ? `${target}.${name}` : `${target}[${stringLiteral(name)}]`;
}

/** `target has name`. */
export function hasAttribute(target: string, name: string): string {
  return `${target} has ${isPlain(name) ? name : stringLiteral(name)}`;
}

function isPlain(name: string): boolean {
  return IDENTIFIER.test(name) && !KEYWORDS.has(name);
}

/** All of `parts`, or `undefined` where there are none. Parts with `||` are put in brackets. */
export function allOf(parts: readonly string[]): string | undefined {
  if (parts.length === 0) return undefined;
  return parts.length === 1 ? parts[0] : joined(parts.map(bracketed), '&&');
}

/** Any of `parts`, or `undefined` where there are none. */
export function anyOf(parts: readonly string[]): string | undefined {
  if (parts.length === 0) return undefined;
  return parts.length === 1 ? parts[0] : joined(parts.map(alternative), '||');
}

/** The opposite of `part`. */
export function not(part: string): string {
  return `!(${part})`;
}

/** `parts` on one line, or each on its own where that is long. */
export function joined(parts: readonly string[], operator: '&&' | '||'): string {
  const line = parts.join(` ${operator} `);
  return line.length <= LINE ? line : parts.join(`\n  ${operator} `);
}

function alternative(part: string): string {
  return /&&|\|\|/.test(part) ? `(${part})` : part;
}

function bracketed(part: string): string {
  return /\|\||\bif\b/.test(part) ? `(${part})` : part;
}

/** A policy to print. */
export interface PolicyText {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** A line of where it comes from. */
  readonly comment: string;
  readonly annotations: readonly (readonly [name: string, value: string])[];
  /** Scopes as written, `principal` alone for everybody. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly when?: string;
  readonly unless?: string;
}

/** The text of a policy, with its comment, ending in a line feed. */
export function printPolicy(policy: PolicyText): string {
  const annotations = [['id', policy.id] as const, ...policy.annotations].map(
    ([name, value]) => `@${name}(${stringLiteral(value)})`,
  );
  const conditions = (['when', 'unless'] as const).flatMap((kind) => {
    const body = policy[kind];
    return body === undefined ? [] : [`${kind} { ${body} }`];
  });
  const scope = [policy.principal, policy.action, policy.resource].map((part) => `  ${part}`).join(',\n');
  return `// ${policy.comment}\n${annotations.join('\n')}\n${policy.effect} (\n${scope}\n)${conditions.map((one) => `\n${one}`).join('')};\n`;
}
