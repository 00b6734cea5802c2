/** Parses expressions: the subset of CEL that can be carried over, and the like language of the Agent Governance Toolkit. */
import type { Comparison, Condition, Constant, FieldPath } from './condition.ts';

/** Longest expression, in UTF-16 units. */
const MAX_LENGTH = 8192;
/** Deepest nesting. */
const MAX_DEPTH = 32;
const TOKEN =
  /\s+|(?<number>-?\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<sign>&&|\|\||[=!<>]=|[()[\].,!<>])/y;
const SIGNS: Readonly<Record<string, Comparison>> = {
  '==': 'eq',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'lte',
  '>': 'gt',
  '>=': 'gte',
};
const METHODS: Readonly<Record<string, Comparison>> = {
  contains: 'contains',
  startsWith: 'starts_with',
  endsWith: 'ends_with',
  matches: 'matches',
};
/** The comparison with the sides exchanged. */
const EXCHANGED: Readonly<Partial<Record<Comparison, Comparison>>> = {
  eq: 'eq',
  ne: 'ne',
  lt: 'gt',
  lte: 'gte',
  gt: 'lt',
  gte: 'lte',
};

class Unreadable extends Error {}

interface Token {
  readonly kind: 'number' | 'name' | 'string' | 'sign';
  readonly text: string;
}

type Operand =
  | { readonly kind: 'field'; readonly field: FieldPath }
  | { readonly kind: 'constant'; readonly value: Constant }
  | { readonly kind: 'list'; readonly values: readonly Constant[] }
  | { readonly kind: 'condition'; readonly condition: Condition };

/** The condition that `source` says; `unknown`, with a reason, where it says something that is not known here. Never throws. */
export function parseExpression(source: string): Condition {
  try {
    if (source.length > MAX_LENGTH) throw new Unreadable(`it is longer than ${MAX_LENGTH} characters`);
    return new Parser(tokensOf(source)).parse();
  } catch (thrown) {
    if (!(thrown instanceof Unreadable)) throw thrown;
    return { kind: 'unknown', why: thrown.message };
  }
}

function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (match === null) throw new Unreadable(`\`${source.slice(at, at + 20)}\` is not understood`);
    for (const kind of ['number', 'name', 'string', 'sign'] as const) {
      const text = match.groups?.[kind];
      if (text !== undefined) tokens.push({ kind, text });
    }
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Condition {
    const condition = conditionOf(this.#or());
    if (this.#at < this.#tokens.length)
      throw new Unreadable(`\`${this.#tokens[this.#at]?.text ?? ''}\` is not understood`);
    return condition;
  }

  #take(...texts: readonly string[]): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === 'string' || !texts.includes(token.text)) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new Unreadable(`\`${text}\` is missing`);
  }

  #or(): Operand {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw new Unreadable(`it nests deeper than ${MAX_DEPTH}`);
    const operands = [this.#and()];
    while (this.#take('||', 'or', 'OR')) operands.push(this.#and());
    this.#depth -= 1;
    return joined('any', operands);
  }

  #and(): Operand {
    const operands = [this.#unary()];
    while (this.#take('&&', 'and', 'AND')) operands.push(this.#unary());
    return joined('all', operands);
  }

  #unary(): Operand {
    let negated = false;
    while (this.#take('!', 'not')) negated = !negated;
    const operand = this.#relation();
    return negated ? { kind: 'condition', condition: { kind: 'not', part: conditionOf(operand) } } : operand;
  }

  #relation(): Operand {
    const left = this.#operand();
    const sign = this.#tokens[this.#at];
    const comparison = sign?.kind === 'sign' ? SIGNS[sign.text] : undefined;
    if (comparison !== undefined) {
      this.#at += 1;
      return { kind: 'condition', condition: compared(left, comparison, this.#operand()) };
    }
    const negated = this.#tokens[this.#at + 1]?.text === 'in' && this.#take('not');
    if (!this.#take('in')) return left;
    const condition = membership(left, this.#operand());
    return { kind: 'condition', condition: negated ? { kind: 'not', part: condition } : condition };
  }

  #operand(): Operand {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    if (token === undefined) throw new Unreadable('it ends too early');
    if (token.kind === 'string')
      return { kind: 'constant', value: { kind: 'string', text: unquoted(token.text) } };
    if (token.kind === 'number') return { kind: 'constant', value: { kind: 'number', digits: token.text } };
    if (token.text === '(') {
      const inner = this.#or();
      this.#expect(')');
      return inner;
    }
    if (token.text === '[') return { kind: 'list', values: this.#list() };
    if (token.kind !== 'name') throw new Unreadable(`\`${token.text}\` is not understood`);
    if (/^(?:true|True)$/.test(token.text))
      return { kind: 'constant', value: { kind: 'boolean', value: true } };
    if (/^(?:false|False)$/.test(token.text))
      return { kind: 'constant', value: { kind: 'boolean', value: false } };
    if (this.#take('(')) return this.#call(token.text);
    return this.#path(token.text);
  }

  #list(): readonly Constant[] {
    const values: Constant[] = [];
    while (!this.#take(']')) {
      const operand = this.#operand();
      if (operand.kind !== 'constant') throw new Unreadable('a list holds something that is not a constant');
      values.push(operand.value);
      if (!this.#take(',')) {
        this.#expect(']');
        break;
      }
    }
    return values;
  }

  #call(name: string): Operand {
    if (name !== 'has') throw new Unreadable(`the function \`${name}\` is not known`);
    const operand = this.#operand();
    this.#expect(')');
    if (operand.kind !== 'field') throw new Unreadable('`has` asks for something that is not a field');
    return { kind: 'condition', condition: { kind: 'has', field: operand.field } };
  }

  #path(first: string): Operand {
    const field = [first];
    for (;;) {
      if (this.#take('[')) {
        const key = this.#operand();
        this.#expect(']');
        if (key.kind !== 'constant' || key.value.kind !== 'string')
          throw new Unreadable('an index is not a text');
        field.push(key.value.text);
        continue;
      }
      if (!this.#take('.')) return { kind: 'field', field };
      const step = this.#tokens[this.#at];
      if (step?.kind !== 'name') throw new Unreadable('a `.` is not followed by a name');
      this.#at += 1;
      if (!this.#take('(')) {
        field.push(step.text);
        continue;
      }
      const comparison = METHODS[step.text];
      const argument = this.#operand();
      this.#expect(')');
      if (comparison === undefined || argument.kind !== 'constant')
        throw new Unreadable(`the method \`${step.text}\` is not known, or not with this argument`);
      return { kind: 'condition', condition: { kind: 'test', field, comparison, values: [argument.value] } };
    }
  }
}

function joined(kind: 'all' | 'any', operands: readonly Operand[]): Operand {
  const [only, second] = operands;
  if (only !== undefined && second === undefined) return only;
  return { kind: 'condition', condition: { kind, parts: operands.map(conditionOf) } };
}

function conditionOf(operand: Operand): Condition {
  if (operand.kind === 'condition') return operand.condition;
  if (operand.kind === 'field') return { kind: 'truthy', field: operand.field };
  if (operand.kind === 'constant' && operand.value.kind === 'boolean')
    return { kind: operand.value.value ? 'always' : 'never' };
  throw new Unreadable('a value stands where a condition is expected');
}

function compared(left: Operand, comparison: Comparison, right: Operand): Condition {
  if (left.kind === 'field' && right.kind === 'constant')
    return { kind: 'test', field: left.field, comparison, values: [right.value] };
  const exchanged = EXCHANGED[comparison];
  if (left.kind === 'constant' && right.kind === 'field' && exchanged !== undefined)
    return { kind: 'test', field: right.field, comparison: exchanged, values: [left.value] };
  throw new Unreadable('a comparison is not of one field with one constant');
}

/** `field in [a, b]`, and `"a" in field` for a field that is a list. */
function membership(left: Operand, right: Operand): Condition {
  if (left.kind === 'field' && right.kind === 'list')
    return { kind: 'test', field: left.field, comparison: 'in', values: right.values };
  if (left.kind === 'constant' && right.kind === 'field')
    return { kind: 'test', field: right.field, comparison: 'contains', values: [left.value] };
  throw new Unreadable('`in` is not of a field and a list of constants');
}

function unquoted(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(.)/g, (_whole, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
}
