/** What the developer decides alone. */
const ASK = '@verdict("step_up")\n@approvers("requester")';

/** Programs of the daily work. Everything else asks once it is called. */
const PROGRAMS: readonly string[] = `
  : . [ [[ alias awk base64 basename bash bat black break bundle bun bunx bzip2 c++ cargo cat cc cd chmod clang clang-format clear cmake cmp
  column comm command composer continue cp ctest curl cut cypress date declare deno df diff dig dir dirname docker docker-compose dotnet du
  echo egrep eslint env esbuild exit export expr eza fd false fgrep file find flake8 flutter fmt fold free g++ gawk gcc gem gh git go gofmt
  golangci-lint gradle gradlew grep gunzip gzip hadolint head help hexdump host hostname htop iconv id isort java javac jest jobs join jq
  kill killall kubectl ld less let link ln local locale ls lsof ls-lint lua make md5sum meson mix mkdir mktemp mocha more mv mvn mvnw mypy
  nl ninja nm node nodemon npm nproc npx nslookup objdump od openssl oxlint biome pandoc parallel paste patch perl pgrep php phpunit ping
  pip pip3 pipx pkill playwright pnpm pnpx poetry popd prettier pr printenv printf prisma protoc ps psql pstree pushd pwd py.test pylint
  pyright pytest python python3 rails rake read readlink readonly realpath redis-cli redis-server rg rm rmdir rollup rspec rubocop ruby ruff
  runghc rustc rustfmt rustup sed seq set sh sha1sum sha256sum shasum shellcheck shfmt sleep sort source sqlc sqlite3 stack stat strings
  svelte-check swift swiftc tac tail tar tee terraform test time timeout top touch tox tr trap tree true truncate tsc tsx ts-node turbo
  type typeset ulimit umask uname unalias uniq unset unxz unzip uv uvx vite vitest vue-tsc wait watch wc webpack wget which whereis whoami
  xargs xxd xz yamllint yarn yq zcat zig zip zsh next nx artisan phpstan pre-commit cabal ghc elixir erl iex dart kotlinc kotlin scala sbt
  lein clojure ocaml dune opam R Rscript julia ansible-lint tflint buf grpcurl cloc tokei ag ack ctags direnv nvm fnm pyenv rbenv asdf mise
  volta corepack apply_patch applypatch
`
  .trim()
  .split(/\s+/);

/** Codes under which it is not known what runs. */
const UNKNOWN_CODE = [
  'piped-code',
  'dynamic-code',
  'deferred-code',
  'program',
  'environment',
  'path-changed',
  'history',
  'non-ascii-program',
  'control-character',
  'arithmetic-code',
  'unknown-shell',
  'elsewhere',
  'program-outside',
  'script-outside',
  'unknown-tool',
  'written-here',
  'configured',
  'recursion',
];
/** Codes under which it is not known which file is meant. */
const UNKNOWN_FILE = [
  'variable',
  'substitution',
  'process-substitution',
  'home-of-other',
  'cwd',
  'argument-file',
  'process-file',
  'unreadable',
  'link-loop',
  'glob-up',
  'made-link',
  'arithmetic',
];
/** Words in code on a command line with which it could reach files, hosts or programs. */
const REACHING = [
  'open',
  'import os',
  'import *os',
  'from os',
  'subprocess',
  'child_process',
  'urllib',
  'requests',
  'http',
  'socket',
  'shutil',
  'pathlib',
  'environ',
  'process.',
  'eval',
  'exec',
  'getattr',
  '__',
  'chr(',
  'CharCode',
  '\\\\x',
  '\\\\u',
  'base64',
  'atob',
  'Buffer',
  'fs',
  'File',
  'unlink',
  'rmSync',
  'fetch',
  'system',
  'spawn',
  '`',
  'ENV',
  '/home',
  '/Users',
  '/root',
  '/etc',
  '~',
  '..',
  'getenv',
  'IO.',
  'Dir',
  'import(',
  'ctypes',
  'glob',
  'listdir',
  'walk',
  'remove',
  'rmtree',
  'codecs',
  'bytes',
  'Deno',
  'Bun',
  'net.',
  'dns',
  '.env',
];

const list = (names: readonly string[]): string => names.map((name) => JSON.stringify(name)).join(', ');
const wrapped = (names: readonly string[], width = 110): string => {
  const lines: string[] = [''];
  for (const name of names.map((one) => JSON.stringify(one))) {
    const last = lines.at(-1) ?? '';
    if (last.length + name.length > width) lines.push(`${name}, `);
    else lines[lines.length - 1] = `${last}${name}, `;
  }
  return lines
    .map((line) => `    ${line.trimEnd()}`)
    .join('\n')
    .replace(/,$/, '');
};
const like = (path: string, patterns: readonly string[]): string =>
  patterns.map((pattern) => `${path} like ${JSON.stringify(pattern)}`).join(' ||\n    ');
const lineHas = (words: readonly string[]): string =>
  words.map((word) => `context.args.line like "*${word.replaceAll('"', '\\"')}*"`).join(' ||\n    ');
const anyOf = (names: readonly string[]): string => `context.args.unresolved.containsAny([${list(names)}])`;

/** The text of 20-asks.cedar. */
export const ASK_POLICIES: string = `// What the developer decides alone, where the agent's host can ask; elsewhere it is denied.

@id("ask.mcp")
@reason("a tool of an MCP server: Writ does not know what it does")
${ASK}
forbid (principal, action in Action::"tools/call", resource)
unless {
  [Server::"claude-code", Server::"cursor", Server::"copilot", Server::"gemini", Server::"opencode", Server::"codex"].contains(resource)
};

@id("ask.program")
@reason("this program is not one of the daily work")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
unless {
  (context.args.unresolved.contains("local-program") && !context.args.unresolved.contains("program-outside")) ||
  [
${wrapped(PROGRAMS)}
  ].contains(resource.name)
};

@id("ask.unknown-code")
@reason("what this runs cannot be read from the command")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when { ${anyOf(UNKNOWN_CODE)} };

// Names that come from a search of the workspace are fine; from elsewhere they could be any.
@id("ask.unknown-arguments")
@reason("the arguments of this command come from another command")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  context.args.unresolved.contains("stdin-arguments") &&
  !(
    ["find", "fd", "rg", "git", "sort", "head", "xargs"].containsAll(context.args.piped_from) &&
    ["find", "fd", "rg", "git"].containsAny(context.args.piped_from)
  )
};

@id("ask.arguments-in-file")
@reason("the arguments of this command stand in a file")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  context.args.unresolved.contains("argument-file") &&
  !(["pip", "pip3", "uv", "gcc", "g++", "clang", "javac", "tsc"].contains(resource.name))
};

@id("ask.inline-code")
@reason("code on the command line that could reach files, hosts or programs")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  context.args.unresolved.contains("inline-code") &&
  (
    ${lineHas(REACHING)}
  )
};

@id("ask.environment-named")
@reason("this names a file that usually holds secrets")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  (
    ${[' .env', '=.env', ':.env', '/.env', "'.env"].map((name) => `context.args.line like "*${name}*"`).join(' || ')}
  ) &&
  !(context.args.line like "*.env.example*" || context.args.line like "*.env.sample*") &&
  !(resource == Program::"git" && context.args has subcommand && context.args.subcommand == "commit")
};

@id("ask.build-file-elsewhere")
@reason("this builds by a file that was named, perhaps from outside the workspace")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  context.args.unresolved.contains("build-file") &&
  (
    ${[' -f /', ' -f ~', ' -f ..', ' -f/', '--file', '--makefile', '--manifest-path', '--build-file', '--project-directory'].map((name) => `context.args.line like "*${name}*"`).join(' || ')}
  )
};

@id("ask.serves-files")
@reason("this serves files to the network")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when { context.args.line like "*http.server*" || context.args.line like "php * -S*" || context.args.line like "php -S*" };

@id("ask.kill")
@reason("this ends all processes, or what watches the agent")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["kill", "pkill", "killall"].contains(resource.name) &&
  (context.args.line like "* -1" || context.args.line like "* -1 *" || context.args.line like "* 1" || context.args.line like "*writ*")
};

@id("ask.preloaded-code")
@reason("this loads code before the program that it names")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["node", "bun", "tsx", "ts-node"].contains(resource.name) &&
  context.args.options.containsAny(["--import", "--require", "-r", "--loader", "--experimental-loader", "--env-file", "--preload"])
};

@id("ask.outside-folder")
@reason("this runs outside the workspace")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when { !context.args.in_workspace && ["make", "npm", "pnpm", "yarn", "bun", "git", "docker", "docker-compose", "terraform"].contains(resource.name) };

@id("ask.push")
@reason("this sends commits to others")
${ASK}
forbid (principal, action == Action::"process/exec", resource == Program::"git")
when { context.args has subcommand && ["push", "send-email", "svn", "p4", "request-pull", "send-pack"].contains(context.args.subcommand) };

@id("ask.git-destructive")
@reason("this can lose work, or rewrites history")
${ASK}
forbid (principal, action == Action::"process/exec", resource == Program::"git")
when {
  context.args has subcommand &&
  (
    ["clean", "filter-branch", "filter-repo", "update-ref", "reflog", "gc", "prune", "replace", "symbolic-ref", "fast-import"].contains(context.args.subcommand) ||
    (context.args.subcommand == "reset" && context.args.options.contains("--hard")) ||
    (context.args.subcommand == "branch" && context.args.options.containsAny(["-D", "--force", "-f"])) ||
    (context.args.subcommand == "stash" && context.args.operands.containsAny(["drop", "clear"]))
  )
};

@id("ask.git-settings")
@reason("settings of git decide what it runs and whom it asks")
${ASK}
forbid (principal, action == Action::"process/exec", resource == Program::"git")
when {
  context.args.line like "*ext::*" ||
  context.args has subcommand &&
  (
    ["config", "credential", "remote", "submodule", "update-index", "hook", "maintenance", "daemon", "bisect", "difftool", "mergetool"].contains(context.args.subcommand) &&
    !(context.args.subcommand == "remote" && context.args.options.contains("-v") && !context.args.operands.containsAny(["add", "set-url", "rename", "remove"]))
  )
};

@id("ask.publish")
@reason("this publishes, or changes who may")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["npm", "pnpm", "yarn", "bun", "cargo", "gem", "poetry", "uv", "docker", "docker-compose", "dotnet", "mvn", "mvnw", "gradle", "gradlew", "flutter", "dart", "mix", "stack", "cabal", "composer", "npx", "pip", "terraform", "buf"].contains(resource.name) &&
  (
    (context.args has subcommand && ["publish", "unpublish", "push", "deploy", "login", "logout", "adduser", "token", "owner", "access", "dist-tag", "deprecate", "team", "org", "upload", "yank", "hex.publish", "config", "set", "npm"].contains(context.args.subcommand)) ||
    context.args.operands.containsAny(["publish", "unpublish", "push", "deploy", "release:perform", "hex.publish", "login"])
  )
};

@id("ask.install-from-elsewhere")
@reason("this installs from another place than the registry, or for the whole machine")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  (
    ["npm", "pnpm", "yarn", "bun", "npx", "pip", "pip3", "pipx", "uv", "uvx", "poetry", "cargo", "gem", "go", "composer", "python", "python3", "bunx", "pnpx"].contains(resource.name)
  ) &&
  (
    context.args.options.containsAny(["--registry", "--index-url", "--extra-index-url", "--index", "-g", "--global", "--find-links", "--git", "--source"]) ||
    (["cargo", "gem", "go", "pipx"].contains(resource.name) && context.args has subcommand && context.args.subcommand == "install") ||
    (context.args.line like "*/*" && !(context.args.line like "*@*/*") && ["npm", "pnpm", "yarn", "bun"].contains(resource.name)) ||
    context.args.line like "*://*" || context.args.line like "*git+*" || context.args.line like "*github:*" || context.args.line like "*gitlab:*"
  ) &&
  (
    (context.args has subcommand && ["install", "i", "add", "ci", "update", "dlx", "exec", "x", "create", "get", "pip", "require", "tool"].contains(context.args.subcommand)) ||
    ["npx", "pipx", "uvx", "python", "python3", "bunx", "pnpx"].contains(resource.name)
  )
};

@id("ask.upload")
@reason("this sends data to another machine")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["curl", "wget", "grpcurl"].contains(resource.name) &&
  (
    context.args.line like "*Authorization*" ||
    context.args.options.containsAny(["-X", "--request", "--method", "-u", "--user", "-b", "--cookie", "-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "--json", "-F", "--form", "-T", "--upload-file", "--post-file", "--post-data", "--body-file", "-K", "--config"])
  ) &&
  !(context.args.line like "*localhost*" || context.args.line like "*127.0.0.1*")
};

@id("ask.remote-state")
@reason("this changes systems that others use")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  (resource == Program::"kubectl" &&
    !(context.args has subcommand && ["get", "describe", "logs", "explain", "version", "api-resources", "diff", "top"].contains(context.args.subcommand))) ||
  (resource == Program::"kubectl" && context.args.operands.containsAny(["secret", "secrets"])) ||
  (resource == Program::"terraform" &&
    (!context.args.operands.containsAny(["fmt", "validate", "version"]) ||
      context.args.operands.containsAny(["apply", "destroy", "import", "state", "taint", "init", "login", "force-unlock"]))) ||
  (resource == Program::"gh" &&
    (!context.args.operands.containsAny(["view", "list", "status", "checks", "diff", "watch"]) ||
      context.args.operands.containsAny(["token", "create", "edit", "delete", "merge", "close", "api", "set", "run", "--jq"])))
};

@id("ask.containers")
@reason("a container with more of this machine than its workspace")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["docker", "docker-compose"].contains(resource.name) &&
  context.args has subcommand &&
  (
    ["run", "create", "exec", "cp", "context", "plugin", "swarm", "service", "save", "load", "import", "export", "commit", "volume", "system"].contains(context.args.subcommand)
  )
};

@id("ask.unknown-file")
@reason("which file this touches cannot be read from the command")
${ASK}
forbid (principal, action in [Action::"file/read", Action::"file/write", Action::"file/delete"], resource is File)
when { ${anyOf(UNKNOWN_FILE)} };

@id("ask.changes-of-unknown-files")
@reason("which files this changes cannot be read from the command")
${ASK}
forbid (principal, action in [Action::"file/write", Action::"file/delete"], resource is File)
when { context.args.unresolved.containsAny(["stdin-arguments"]) };

@id("ask.hidden-by-pattern")
@reason("a pattern of hidden names could match secrets")
${ASK}
forbid (principal, action == Action::"file/read", resource is File)
when {
  context.args.unresolved.containsAny(["glob", "secret-names"]) &&
  (context.args.unresolved.contains("secret-names") || context.args.path like "*/.*") &&
  !(context.args.path like "*/.github/*")
};

@id("ask.environment-files")
@reason("this file usually holds secrets")
${ASK}
forbid (principal, action in [Action::"file/read", Action::"file/write", Action::"file/delete"], resource is File)
when {
  (
    ${like('context.args.path', ['*/.env', '*/.env.*', '*/.envrc', '*/.npmrc', '*/.pypirc', '*/secrets.*', '*/credentials.json', '*/service-account*.json', '*.pem', '*.key', '*.p12', '*.pfx', '*.keystore', '*.jks', '*/.htpasswd', '*.tfstate', '*.tfvars'])}
  ) &&
  !(${like('context.args.path', ['*/.env.example', '*/.env.sample', '*/.env.template', '*/.env.test'])})
};

@id("ask.read-outside")
@reason("this reads outside the workspace")
${ASK}
forbid (principal, action == Action::"file/read", resource is File)
unless {
  context.args.in_workspace ||
  context.args.path like "/?/*" ||
  (
    !(context.args.unresolved.contains("below") && ["/", "/tmp", "/etc", "/proc", "/usr", "/opt"].contains(context.args.path)) &&
    (
    ${like('context.args.path', ['/usr/*', '/opt/*', '/lib/*', '/lib64/*', '/bin/*', '/sbin/*', '/etc/*', '/tmp/*', '/var/tmp/*', '/private/tmp/*', '/proc/*', '/sys/*', '/dev/null', '/dev/stdin', '/dev/zero', '/dev/urandom', '/nix/store/*', '/Library/*', '/System/*', '/Applications/*', '*/.cargo/registry*', '*/.cargo/git*', '*/go/pkg/mod*', '*/.rustup/toolchains*', '*/.nvm/versions*', '*/.pyenv/versions*', '*/.local/lib/*', '*/.m2/repository*', '*/.gradle/caches*', '*/.cache/*', '*/.npm/_logs*'])}
    )
  )
};

@id("ask.write-outside")
@reason("this writes outside the workspace")
${ASK}
forbid (principal, action == Action::"file/write", resource is File)
unless {
  context.args.in_workspace ||
  ${like('context.args.path', ['/tmp/*', '/var/tmp/*', '/private/tmp/*', '/dev/null', '/dev/stdout', '/dev/stderr', '/dev/tty', '/dev/fd/*'])}
};

@id("ask.what-others-run")
@reason("others, or other programs, run what stands in this file")
${ASK}
forbid (principal, action in [Action::"file/write", Action::"file/delete"], resource is File)
when {
  ${like('context.args.path', ['*/.github/workflows/*', '*/.github/actions/*', '*/.gitlab-ci.yml', '*/.circleci/*', '*/Jenkinsfile', '*/.husky/*', '*/.vscode/*', '*/.idea/*', '*/.devcontainer/*', '*/.pre-commit-config.yaml', '*/.gitattributes', '*/.gitmodules', '*/.yarnrc*', '*/.mcp.json', '*/CODEOWNERS'])}
};

@id("ask.delete-much")
@reason("this deletes the whole workspace")
${ASK}
forbid (principal, action == Action::"file/delete", resource is File)
when { context.args.unresolved.contains("whole-workspace") };

@id("ask.hosts")
@reason("this host is not one of the daily work")
${ASK}
forbid (principal, action == Action::"network/egress", resource is Host)
unless {
  context.args.network == "loopback" ||
  ["unresolved:registry", "unresolved:remote"].contains(context.args.host) ||
  [
    "registry.npmjs.org", "registry.yarnpkg.com", "pypi.org", "files.pythonhosted.org", "crates.io", "static.crates.io", "index.crates.io",
    "proxy.golang.org", "sum.golang.org", "rubygems.org", "repo.maven.apache.org", "plugins.gradle.org", "packagist.org", "api.nuget.org",
    "hub.docker.com", "docker.io", "ghcr.io", "github.com", "api.github.com", "raw.githubusercontent.com", "gitlab.com", "bitbucket.org",
    "nodejs.org", "developer.mozilla.org", "docs.python.org", "docs.rs", "doc.rust-lang.org", "pkg.go.dev", "go.dev", "typescriptlang.org",
    "www.typescriptlang.org", "react.dev", "vitejs.dev", "vite.dev", "vitest.dev", "stackoverflow.com", "www.npmjs.com", "npmjs.com",
    "docs.npmjs.com", "docs.docker.com", "kubernetes.io", "docs.github.com", "en.wikipedia.org", "www.postgresql.org", "learn.microsoft.com"
  ].contains(context.args.host)
};
`;
