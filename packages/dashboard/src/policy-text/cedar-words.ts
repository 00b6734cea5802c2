/** What the words of Cedar are, for colours: no parser; what is wrong is said by the one that the nodes have. */

/** As highlighters name it. */
export type CedarWord =
  | 'comment'
  | 'string'
  | 'keyword'
  | 'meta'
  | 'variableName'
  | 'typeName'
  | 'number'
  | 'operator'
  | 'bool';

const KEYWORDS = new Set('permit forbid when unless in has like is if then else'.split(' '));
const VARIABLES = new Set('principal action resource context'.split(' '));

const RULES: readonly (readonly [RegExp, CedarWord | undefined])[] = [
  [/^\s+/, undefined],
  [/^\/\/.*/, 'comment'],
  [/^"(?:[^"\\]|\\.)*"?/, 'string'],
  [/^@[\w]+/, 'meta'],
  [/^\?(?:principal|resource)\b/, 'variableName'],
  [/^\d+/, 'number'],
  [/^[A-Za-z_]\w*(?=\s*::)/, 'typeName'],
  [/^(?:==|!=|<=|>=|&&|\|\||::|[<>!+*.-])/, 'operator'],
];

/** The first word of `line`, and what it is; at least one character long. */
export function cedarWord(line: string): { readonly length: number; readonly kind: CedarWord | undefined } {
  for (const [rule, kind] of RULES) {
    const length = rule.exec(line)?.[0].length ?? 0;
    if (length > 0) return { length, kind };
  }
  const [word] = /^[A-Za-z_]\w*/.exec(line) ?? [''];
  if (word === 'true' || word === 'false') return { length: word.length, kind: 'bool' };
  const kind = KEYWORDS.has(word) ? 'keyword' : VARIABLES.has(word) ? 'variableName' : undefined;
  return { length: Math.max(1, word.length), kind };
}
