/** Package managers: registries, and the programs and scripts they run. */
import { addRepositoryHost, addUnresolvedHost } from '../../hosts/index.ts';
import type { ShellWord } from '../../types.ts';
import type { Invocation } from '../invocation.ts';
import { parseOptions } from '../options.ts';
import { before } from '../../strings.ts';

/** Subcommands that run a script of the package under their own name. */
const LIFECYCLE: ReadonlySet<string> = new Set(
  'test t tst start stop restart version pack prepare build dev lint rebuild prepublishOnly'.split(' '),
);
const RUN: ReadonlySet<string> = new Set(['run', 'run-script', 'rum', 'urn', 'task']);
const EXEC: ReadonlySet<string> = new Set(['exec', 'x', 'dlx', 'create', 'init', 'innit']);
const FETCHING: ReadonlySet<string> = new Set(
  'install i in ins isntall add ci clean-install install-test it update up upgrade outdated view info show v search audit publish unpublish login adduser logout whoami deprecate dist-tag owner access token team ping fund pm dedupe global cache link'.split(
    ' ',
  ),
);
/** Subcommands of yarn and bun that are not scripts. */
const KNOWN: ReadonlySet<string> = new Set(
  'config help list ls why remove uninstall rm un unlink root bin prefix cache explain find-dupes prune set get licenses import workspaces workspace node plugin constraints patch patch-commit store env completion doctor repo docs bugs home edit diff ll la pkg query sbom shrinkwrap star stars stage fetch setup self-update patch-remove approve-builds deploy'.split(
    ' ',
  ),
);

export function packageScript(inv: Invocation): void {
  const [sub, ...behind] = inv.operands;
  const name = sub?.value;
  const words = behindWord(inv, sub);
  if (sub !== undefined && sub.unresolved.length > 0) inv.note('package-script');
  else if (name === undefined) {
    if (inv.name === 'yarn') {
      fetches(inv);
      inv.note('package-script');
    }
  } else if (inv.name === 'deno' && !/^(?:task|x)$/.test(name)) deno(inv, name, behind);
  else if (RUN.has(name)) runScript(inv, behind[0]?.value ?? '?', behind[0]);
  else if (EXEC.has(name) && (name !== 'x' || /^(?:npm|bun|deno)$/.test(inv.name))) execute(inv, words, name);
  else if (LIFECYCLE.has(name)) runScript(inv, name === 't' || name === 'tst' ? 'test' : name, sub);
  else if (FETCHING.has(name)) {
    fetches(inv);
    // Scripts of packages run when they are installed.
    if (
      !inv.has('--ignore-scripts') &&
      /^(?:i|in|ins|isntall|install|add|ci|clean-install|it|install-test|update|up|upgrade|link|dedupe|publish)$/.test(
        name,
      )
    )
      inv.note('package-script');
    for (const word of behind) source(inv, word);
  } else if (name === 'workspace' && inv.name === 'yarn') runScript(inv, behind[1]?.value ?? '?', behind[1]);
  else if (!KNOWN.has(name) && inv.name !== 'npm') {
    // `yarn build`, `bun index.ts`, `pnpm tsc`: a script, a file, or a program of a package.
    if (inv.name === 'bun' && /[./]/.test(name)) {
      inv.note('script-file');
      inv.touch('read', sub as ShellWord);
    } else runScript(inv, name, sub);
  } else if (
    name === 'set' ||
    name === 'set-script' ||
    (name === 'config' && behind[0]?.value === 'set') ||
    name === 'pkg'
  )
    inv.note('deferred-code');
}

function runScript(inv: Invocation, name: string, word: ShellWord | undefined): void {
  inv.note('package-script');
  inv.packageScript = name;
  if (word !== undefined && /^[./]/.test(word.value)) inv.touch('read', word);
}

/** The words behind `word`, options included. */
function behindWord(inv: Invocation, word: ShellWord | undefined): readonly ShellWord[] {
  return word === undefined ? [] : inv.args.slice(inv.args.indexOf(word) + 1);
}

function fetches(inv: Invocation): void {
  if (!inv.has('--registry', '--offline')) addUnresolvedHost(inv.engine, 'registry', inv.name, 'https');
}

/** A package that is fetched from a repository or a folder. */
function source(inv: Invocation, word: ShellWord): void {
  if (/^(?:git\+|git@|ssh:|https?:|github:|gitlab:|bitbucket:)/.test(word.value)) {
    const known = { 'github:': 'github.com', 'gitlab:': 'gitlab.com', 'bitbucket:': 'bitbucket.org' }[
      /^\w+:/.exec(word.value)?.[0] ?? ''
    ];
    if (known === undefined)
      addRepositoryHost(inv.engine, { ...word, value: word.value.replace(/^git\+/, '') }, inv.name);
    else inv.host({ ...word, value: known }, 'https');
  } else if (/^[./~]|^file:/.test(word.value))
    inv.touch('read', { ...word, value: word.value.replace(/^file:/, '') });
  else if (/^[^@/]+\/[^/]+$/.test(word.value)) inv.host({ ...word, value: 'github.com' }, 'https');
}

/** `npm exec -- program words`, `yarn dlx program`. */
function execute(inv: Invocation, words: readonly ShellWord[], sub: string): void {
  const { operands } = parseOptions(words, {
    values: { '-p --package -w --workspace -C --dir --registry --filter': 'text', '-c --call': 'text' },
    stops: true,
  });
  if (sub !== 'exec' || inv.name === 'npm') fetches(inv);
  if (/^in|^create/.test(sub)) {
    if (operands.length > 0) inv.note('package-script');
    return;
  }
  runPackage(inv, operands);
}

/** The program of a package: its name without scope and version. */
function runPackage(inv: Invocation, operands: readonly ShellWord[]): void {
  const [program, ...others] = operands;
  if (program === undefined) return;
  const versioned = program.value.replace(/^@[^/]+\//, '');
  const at = versioned.indexOf('@', 1);
  const name = at === -1 ? versioned : versioned.slice(0, at);
  source(inv, program);
  inv.run([{ ...program, value: /^[./]/.test(program.value) ? program.value : name }, ...others]);
}

export function runner(inv: Invocation): void {
  const { operands } = parseOptions(inv.args, {
    values: { '-p --package -w --workspace --registry': 'text', '-c --call': 'text' },
    stops: true,
  });
  fetches(inv);
  runPackage(inv, operands);
}

function deno(inv: Invocation, name: string, behind: readonly ShellWord[]): void {
  const [first] = behind;
  if (name === 'eval') return inv.note('inline-code');
  if (name === 'run' || name === 'test' || name === 'bench' || name === 'serve') {
    inv.note('script-file');
    if (first !== undefined && !/:\/\//.test(first.value)) inv.touch('read', first);
  }
  if (name === 'install' || name === 'add' || name === 'cache') fetches(inv);
}

const PIP_FETCH: RegExp =
  /^(?:install|download|wheel|index|search|sync|add|update|upgrade|lock|create|publish|build|inject|run-pip|env)$/;

export function pythonPackages(inv: Invocation): void {
  const isRunner =
    inv.name === 'uvx' ||
    (inv.name === 'pipx' && inv.operands[0]?.value === 'run') ||
    (inv.name === 'uv' && inv.operands[0]?.value === 'tool' && inv.operands[1]?.value === 'run');
  const [sub, ...behind] = inv.operands;
  const name = sub?.value ?? '';
  if (name === 'run' || name === 'shell' || isRunner) {
    const start =
      inv.name === 'uvx' ? undefined : inv.name === 'uv' && name === 'tool' ? inv.operands[1] : sub;
    const words = start === undefined ? inv.args : behindWord(inv, start);
    const { operands } = parseOptions(words, {
      values: {
        '--with --python -p --from --env-file -n --name --extra --group --package --project --directory --index --cwd -m':
          'text',
      },
      stops: true,
    });
    if (isRunner || inv.name === 'uv') addUnresolvedHost(inv.engine, 'registry', inv.name, 'https');
    const [program] = operands;
    if (program !== undefined && program.value.endsWith('.py'))
      return inv.run([{ value: 'python', unresolved: [] }, ...operands]);
    return inv.run(
      isRunner && program !== undefined
        ? [{ ...program, value: before(program.value, /[@=<>[]/) }, ...operands.slice(1)]
        : operands,
    );
  }
  const isNested = name === 'pip' || name === 'self' || name === 'tool';
  const action = isNested ? (behind[0]?.value ?? '') : name;
  if (!PIP_FETCH.test(action)) return;
  if (!inv.has('-i', '--index-url', '--no-index', '--offline', '--index', '--default-index'))
    addUnresolvedHost(inv.engine, 'registry', inv.name, 'https');
  // Building a package runs its own code.
  if (/^(?:install|wheel|sync|add|build|inject|create|update|upgrade)$/.test(action))
    inv.note('package-script');
  for (const word of isNested ? behind.slice(1) : behind)
    source(inv, { ...word, value: word.value.replace(/^[\w.-]+\s*@\s*/, '') });
}

/** The command of `DPkg::Pre-Invoke=command` and its kind. */
function hookOf(setting: string): string | undefined {
  const name = setting.search(/Pre-Invoke|Post-Invoke|Pre-Install-Pkgs/i);
  const at = name === -1 ? -1 : setting.indexOf('=', name);
  return at === -1 ? undefined : setting.slice(at + 1).trimStart();
}

const FETCH: RegExp =
  /^(?:install|add|update|upgrade|fetch|build|b|run|r|test|t|check|get|mod|download|search|publish|push|yank|restore|require|create|dist-upgrade|full-upgrade|source|reinstall|in|up|vendor|generate|tap|cask|bump|outdated|doc|clippy|bench)$/;
const RUNS: ReadonlyMap<string, RegExp> = new Map([
  ['bundle', /^exec$/],
  ['bundler', /^exec$/],
  ['nvm', /^exec$/],
  ['fnm', /^exec$/],
  ['volta', /^run$/],
  ['asdf', /^exec$/],
  ['mise', /^(?:exec|x)$/],
  ['rbenv', /^exec$/],
  ['pyenv', /^exec$/],
  ['direnv', /^exec$/],
  ['rustup', /^run$/],
  ['nix', /^(?:develop|shell|run)$/],
]);

export function packages(inv: Invocation): void {
  const [sub, ...behind] = inv.operands;
  const name = sub?.value ?? '';
  if (inv.name === 'nix-shell' || inv.name === 'dpkg') return;
  if (/^(?:apt|apt-get|aptitude)$/.test(inv.name)) {
    for (const { value } of inv.given('-o', '--option')) {
      const command = hookOf(value?.value ?? '');
      if (command !== undefined)
        inv.engine.textIfWhole(
          command.replaceAll(/^\{?"?|"?;?\}?$/g, ''),
          inv.state,
          inv.inner({ dialect: 'sh' }),
        );
      if (
        command !== undefined ||
        /\b(?:Dir|Acquire|DPkg::Options|Apt::Update|Binary)/i.test(value?.value ?? '')
      )
        inv.note('configured');
    }
  }
  const runs = RUNS.get(inv.name);
  if (runs?.test(name) === true) {
    const words = behindWord(inv, sub);
    const dashes = words.findIndex(({ value }) => value === '--' || value === '-c' || value === '--command');
    const skipped = /^(?:direnv|rustup|nvm)$/.test(inv.name) ? 1 : 0;
    return inv.run((dashes === -1 ? words : words.slice(dashes + 1)).slice(dashes === -1 ? skipped : 0));
  }
  if (inv.name === 'go') go(inv, name, behind);
  if (inv.name === 'cargo' || inv.name === 'dotnet' || inv.name === 'composer') inv.note('build-file');
  // Packages bring code that runs when they are installed.
  if (/^(?:gem|bundle|bundler)$/.test(inv.name) && /^(?:install|i|update|add|pristine)$/.test(name))
    inv.note('package-script');
  if (FETCH.test(name)) addUnresolvedHost(inv.engine, 'registry', inv.name, 'https');
  if (inv.name === 'composer' && /^(?:run|run-script|exec|test)$/.test(name)) {
    inv.note('package-script');
    inv.packageScript = behind[0]?.value ?? name;
  }
  for (const word of inv.args) {
    // A package from a file or an address brings code of its own.
    if (/^\.{0,2}\/.*\.(?:deb|rpm|gem|crate|nupkg|apk)$/.test(word.value)) {
      inv.note('script-file');
      inv.touch('read', word);
    }
  }
  const git = inv.args.find((_, at) => inv.args[at - 1]?.value === '--git');
  if (git !== undefined) addRepositoryHost(inv.engine, git, inv.name);
}

function go(inv: Invocation, name: string, behind: readonly ShellWord[]): void {
  if (name === 'generate' || name === 'tool') inv.note('build-file');
  if (name !== 'run' && name !== 'install' && name !== 'get') return;
  const [target] = behind;
  if (name === 'run') inv.note('script-file');
  const host = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)\//i.exec(target?.value ?? '')?.[1];
  if (host !== undefined && target !== undefined && !/^\.|\.go$/.test(target.value))
    inv.host({ ...target, value: host }, 'https');
}
