/** Interpreters of other languages, beyond their tables. */
import type { Invocation } from '../invocation.ts';
import { knownWord } from '../invocation.ts';

/** Modules of Python that are programs of their own name. */
const PROGRAMS: ReadonlySet<string> = new Set([
  'pip',
  'pipx',
  'uv',
  'poetry',
  'pdm',
  'hatch',
  'conda',
  'pytest',
  'tox',
  'nox',
  'black',
  'ruff',
  'mypy',
  'flake8',
  'isort',
  'invoke',
]);
/** Modules that only read or check. */
const TOOLS: ReadonlySet<string> = new Set([
  'json.tool',
  'py_compile',
  'compileall',
  'unittest',
  'doctest',
  'venv',
  'this',
  'site',
  'platform',
  'sysconfig',
  'tokenize',
  'ast',
  'dis',
  'calendar',
  'build',
  'coverage',
]);

export function python(inv: Invocation): void {
  const given = inv.parsed.options.findIndex(({ name }) => name === '-m');
  if (given === -1) return;
  const [module] = inv.given('-m');
  const word = module?.value;
  if (word === undefined) return;
  if (word.unresolved.length > 0) return inv.note('dynamic-code');
  const at = inv.args.findIndex((other) => other.value === word.value || other.value === `-m${word.value}`);
  const behind = inv.args.slice(at + 1);
  if (PROGRAMS.has(word.value)) inv.run([knownWord(word.value), ...behind]);
  else if (word.value === 'http.server')
    inv.touch('read', inv.args.find((_, index) => inv.args[index - 1]?.value === '-d') ?? knownWord('.'));
  else if (word.value === 'venv')
    for (const target of behind.filter(({ value }) => !value.startsWith('-'))) inv.touch('write', target);
  else if (!TOOLS.has(word.value)) inv.note('script-file');
}

export function node(inv: Invocation): void {
  const script = inv.value('--run');
  if (script === undefined) return;
  inv.note('package-script');
  inv.packageScript = script.value;
}

/** `perl -pi -e code file…`: the files are written. */
export function perl(inv: Invocation): void {
  const isInPlace = inv.has('-i');
  if (isInPlace) for (const word of inv.operands) inv.touch('write', word);
  if (inv.args.some(({ value }) => /^-[a-zA-Z]*[Mm]/.test(value))) inv.note('inline-code');
}

export function ruby(inv: Invocation): void {
  if (inv.has('-i')) for (const word of inv.operands) inv.touch('write', word);
}
