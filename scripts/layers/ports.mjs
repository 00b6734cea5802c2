// Rule 3 where imports do not show it: L0 to L2 read no clock, environment or randomness through globals or node:crypto.
// Run as a program it checks the workspace and exits with 1 on a violation.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';
import { PORTED_ROOMS } from './rooms.mjs';

/** Members of globals that read the world; `*` stands for the whole global. */
const FORBIDDEN_MEMBERS = {
  Date: ['now'],
  Math: ['random'],
  performance: ['*'],
  fetch: ['*'],
  WebSocket: ['*'],
  EventSource: ['*'],
  process: ['env', 'argv', 'cwd', 'hrtime', 'uptime', 'getBuiltinModule'],
  crypto: ['randomBytes', 'randomUUID', 'randomInt', 'randomFillSync', 'getRandomValues'],
};

const CRYPTO_MODULES = new Set(['node:crypto', 'crypto']);
const GLOBAL_OBJECTS = new Set(['globalThis', 'global', 'self']);

/** Violations in one TypeScript source, as what is read. */
export function portViolations(source) {
  const tree = parseSync(source, { syntax: 'typescript', target: 'es2024' });
  const found = new Set();
  const aliases = new Map(Object.keys(FORBIDDEN_MEMBERS).map((name) => [name, name]));
  const report = (what) => found.add(what);

  const globalOf = (node) => {
    if (node?.type === 'Identifier') return aliases.get(node.value);
    if (node?.type === 'ParenthesisExpression') return globalOf(node.expression);
    if (node?.type === 'MemberExpression' && GLOBAL_OBJECTS.has(node.object?.value)) {
      const name = memberName(node);
      return name in FORBIDDEN_MEMBERS ? name : undefined;
    }
    // `crypto.webcrypto` has the members of `crypto`.
    if (
      node?.type === 'MemberExpression' &&
      globalOf(node.object) === 'crypto' &&
      memberName(node) === 'webcrypto'
    ) {
      return 'crypto';
    }
    return undefined;
  };
  const judge = (name, member) => {
    const members = FORBIDDEN_MEMBERS[name];
    if (members.includes('*')) report(name);
    else if (member === undefined || members.includes(member))
      report(member ? `${name}.${member}` : `${name}[…]`);
  };
  const readPattern = (pattern, name) => {
    for (const property of pattern.properties ?? []) judge(name, (property.key ?? {}).value);
  };

  const visitors = {
    ImportDeclaration(node) {
      if (!CRYPTO_MODULES.has(node.source.value)) return;
      for (const specifier of node.specifiers) {
        if (specifier.type === 'ImportSpecifier') {
          const name = (specifier.imported ?? specifier.local).value;
          if (name === 'webcrypto') aliases.set(specifier.local.value, 'crypto');
          else if (FORBIDDEN_MEMBERS.crypto.includes(name)) report(`crypto.${name}`);
        } else aliases.set(specifier.local.value, 'crypto');
      }
    },
    NewExpression(node) {
      const name = globalOf(node.callee);
      if (name === 'Date' && (node.arguments ?? []).length === 0) report('new Date()');
      else if (name && FORBIDDEN_MEMBERS[name].includes('*')) report(name);
    },
    CallExpression(node) {
      const name = globalOf(node.callee);
      if (name === 'Date') report('Date()');
      else if (name && FORBIDDEN_MEMBERS[name].includes('*')) report(name);
    },
    MemberExpression(node) {
      const name = globalOf(node.object);
      if (name && globalOf(node) !== 'crypto') judge(name, memberName(node));
      else if (globalOf(node) && FORBIDDEN_MEMBERS[globalOf(node)].includes('*')) report(globalOf(node));
    },
    VariableDeclarator(node) {
      const name = globalOf(node.init);
      if (!name) return;
      if (node.id.type === 'ObjectPattern') readPattern(node.id, name);
      else if (node.id.type === 'Identifier') report(`${name} under another name`);
    },
    // A global handed on as a value: an argument, a property, a default.
    Identifier(node) {
      const name = aliases.get(node.value);
      if (name && FORBIDDEN_MEMBERS[name].includes('*')) report(name);
    },
  };
  walk(tree, visitors);
  return [...found];
}

function memberName({ property }) {
  if (property.type === 'Identifier') return property.value;
  if (property.type === 'Computed' && property.expression.type === 'StringLiteral')
    return property.expression.value;
  return undefined;
}

function walk(node, visitors) {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visitors);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  // Types name globals without reading them.
  if (
    typeof node.type === 'string' &&
    /^Ts(?!AsExpression|Satisfies|NonNull|ConstAssertion|TypeAssertion|Instantiation)/.test(node.type)
  )
    return;
  visitors[node.type]?.(node);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'span') continue;
    // Names of properties and of what is imported or exported are no reads.
    const isName =
      (node.type === 'MemberExpression' && key === 'property' && value.type === 'Identifier') ||
      (node.type === 'KeyValueProperty' && key === 'key' && value.type === 'Identifier') ||
      ((node.type === 'MethodProperty' || node.type === 'ClassMethod' || node.type === 'ClassProperty') &&
        key === 'key' &&
        value.type === 'Identifier') ||
      node.type === 'ImportSpecifier' ||
      node.type === 'ExportSpecifier';
    if (!isName) walk(value, visitors);
  }
}

/** The files of L0 to L2 that the rule is about, below `root`. */
export function portedFiles(root) {
  return PORTED_ROOMS.flatMap((room) => globSync(`packages/core/src/${room}/**/*.ts`, { cwd: root }))
    .filter((path) => !path.endsWith('.test.ts'))
    .sort();
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '../..');
  const files = portedFiles(root);
  const found = files.flatMap((path) =>
    portViolations(readFileSync(join(root, path), 'utf8')).map(
      (what) => `${path}: reads the world by itself: ${what}; take it as a port`,
    ),
  );
  for (const line of found) console.error(line);
  console.log(`ports: ${files.length} files of ${PORTED_ROOMS.join(', ')}, ${found.length} violations`);
  if (found.length > 0 || files.length === 0) process.exitCode = 1;
}
