// Makes a checkout runnable: installs what package-lock.json names when node_modules differs from it, then makes sure of Node >= 24.
// Written for Node >= 18, because it runs under whatever `node` the user has; everything after it runs in a fresh shell,
// where npm's PATH finds the pinned node_modules/.bin/node (a shell that has already looked `node` up would keep the old one).
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The oldest Node that runs the repository's scripts: 24.2 brought `import.meta.main`. The packages ask for 24. */
const OLDEST_NODE = [24, 2];

/** npm settings in the environment that a nested npm must have as well. */
const KEPT_SETTINGS =
  /^npm_config_(registry|userconfig|cache|ca|cafile|proxy|https_proxy|noproxy|strict_ssl)$/i;

/** What `node_modules` lacks or holds differently from the lock; an empty list means that it is complete. */
export function differences(root) {
  const wanted = readJson(join(root, 'package-lock.json'));
  const present = readJson(join(root, 'node_modules/.package-lock.json'));
  if (!wanted) return ['package-lock.json is missing'];
  if (!present) return ['node_modules is missing'];
  const found = [];
  for (const [path, want] of Object.entries(wanted.packages)) {
    if (!path.startsWith('node_modules/')) continue;
    const have = present.packages[path];
    if (!have) {
      if (!want.optional) found.push(`${path} is missing`);
      continue;
    }
    // The lock names no registry, so `resolved` is compared only where it is a link's target.
    const same = have.version === want.version && (!want.link || have.resolved === want.resolved);
    if (!same || (want.integrity && have.integrity && want.integrity !== have.integrity))
      found.push(`${path} differs`);
  }
  for (const path of Object.keys(present.packages)) {
    if (path.startsWith('node_modules/') && !wanted.packages[path]) found.push(`${path} is left over`);
    // npm believes its own hidden lock even when a folder was removed by hand.
    else if (!existsSync(join(root, path))) found.push(`${path} was removed`);
  }
  return found;
}

/** Says why no usable Node is there, or nothing when one is. */
export function nodeProblem(root, running = process.versions.node) {
  if (pinnedNode(root)) return undefined;
  if (isEnough(running)) return undefined;
  const platform = `${process.platform}-${process.arch}`;
  return (
    `writ needs Node ${OLDEST_NODE.join('.')} or later; this is ${running}, and no pinned Node for ${platform} is in node_modules.\n` +
    (process.platform === 'linux'
      ? 'Run `npm install --include=optional` once, or put Node 24 first on PATH (https://nodejs.org).'
      : 'On macOS: `brew install node@24 && export PATH="$(brew --prefix node@24)/bin:$PATH"`; elsewhere install Node 24 from https://nodejs.org. Then run the command again.')
  );
}

function isEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

function pinnedNode(root) {
  try {
    const real = realpathSync(join(root, 'node_modules/.bin/node'));
    return isEnough(readJson(join(dirname(real), '../package.json')).version);
  } catch {
    return false;
  }
}

/** Installs what the lock in `root` names; says whether npm succeeded. */
export function install(root) {
  // The npm that started us, under the Node that started it: another npm could read another configuration.
  const npm = process.env.npm_execpath;
  const [command, first] = npm ? [process.env.npm_node_execpath ?? process.execPath, [npm]] : ['npm', []];
  // What `npm run` tells its scripts would steer another npm; where packages come from and go to is the user's own choice and stays.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => KEPT_SETTINGS.test(name) || !/^npm_(config|lifecycle|package)_|^npm_command$/i.test(name),
    ),
  );
  const args = ['install', '--no-save', '--loglevel=error', '--no-audit', '--no-fund'];
  // Its own output goes to stderr, so that `npm start` prints only what the story prints.
  const { status, error } = spawnSync(command, [...first, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env,
  });
  if (error) process.stderr.write(`cannot run npm: ${error.message}\n`);
  return status === 0;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function main(root) {
  const found = differences(root);
  if (found.length > 0) {
    process.stderr.write(
      `setting up: ${found[0]}${found.length > 1 ? ` and ${found.length - 1} more` : ''}\n`,
    );
    // Without its hidden lock npm looks at the folders themselves, and so notices one that was removed by hand.
    if (found.some((line) => line.endsWith('was removed')))
      rmSync(join(root, 'node_modules/.package-lock.json'));
    if (!install(root)) return 1;
  }
  const problem = nodeProblem(root);
  if (problem) process.stderr.write(`${problem}\n`);
  return problem ? 1 : 0;
}

if (process.argv[1] && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  process.exitCode = main(join(dirname(fileURLToPath(import.meta.url)), '..'));
}
