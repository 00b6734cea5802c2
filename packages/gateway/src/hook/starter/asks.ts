/** What the developer decides alone. */
import { anyOf, like, lineHas, lineLike, list, wrapped } from './cedar-text.ts';
import {
  PROGRAMS,
  REACHING,
  RUNNING_OPTIONS,
  RUN_BY_OTHERS,
  RUN_BY_OTHERS_FILES,
  UNKNOWN_CODE,
  UNKNOWN_FILE,
} from './lists.ts';

const ASK = '@verdict("step_up")\n@approvers("requester")';

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
    !(["python", "python3", "node", "bun", "perl", "awk", "gawk", "sed", "make", "jq", "vim"].contains(resource.name)) ||
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

@id("ask.serves-files")
@reason("this serves files to the network")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ${lineLike(['*http.server*', '*--servedir*', '*s_server*', 'php * -S*', 'php -S*', 'node*--inspect*0.0.0.0*', '*pprof*-http*', 'redis-server*--bind*'])}
};

@id("ask.kill")
@reason("this ends all processes, or what watches the agent")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["kill", "pkill", "killall"].contains(resource.name) &&
  (
    context.args.options.containsAny(["-u", "-U", "--euid", "--uid", "--user"]) || context.args.operands.contains(".") ||
    context.args.line like "*hook*" || context.args.line like "*daemon*" ||context.args.line like "* -1" || context.args.line like "* -1 *" || context.args.line like "* 1" || context.args.line like "*writ*")
};

@id("ask.preloaded-code")
@reason("this loads code before the program that it names")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  (
    ["node", "bun", "tsx", "ts-node"].contains(resource.name) &&
    context.args.options.containsAny(["--import", "--require", "-r", "--loader", "--experimental-loader", "--env-file", "--preload"])
  ) ||
  context.args.options.containsAny([${list(RUNNING_OPTIONS)}]) ||
  (resource == Program::"perl" && context.args.line like "perl -M*")
};

@id("ask.words-that-run")
@reason("this runs what its words say")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ${lineLike(['npm explore *', 'rails runner *', 'rails r *', 'rails dbconsole*', 'rake -e *', 'rake --execute *', 'mix run -e *', 'mix run --eval *', '*artisan tinker*', '*exec:exec*', '*exec:java*', '*exec-maven*', 'sbt eval *', "sbt 'eval *", 'composer exec *', 'composer global *', 'python* -m runpy*', 'python* -m pdb*', 'python* -m timeit*', 'python* -m trace*', 'python* -m code*', 'python* -m ftplib*', 'python* -m smtpd*', 'git shell *', 'go env -w *', 'go env -u *', 'rustup toolchain link*', 'rustup self *', 'jest *config*{*', 'ghc -e *', 'mvn * -Dexec*', '*--load-plugins=/*'])}
};

@id("ask.loses-data")
@reason("this empties a database, or takes it back")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ${lineLike(['*migrate reset*', '*--accept-data-loss*', '*db execute*', '*db:drop*', '*db:reset*', '*db:purge*', 'redis-cli*flush*', 'redis-cli*FLUSH*', 'redis-cli*config *', 'redis-cli*CONFIG *', 'docker* down *-v*', 'docker* down *--volumes*', '*drop database*', '*DROP DATABASE*'])}
};

@id("ask.trusts")
@reason("this lets files of the workspace run by themselves")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  ["direnv", "mise"].contains(resource.name) &&
  context.args has subcommand && ["allow", "permit", "grant", "trust", "use", "settings"].contains(context.args.subcommand)
};

@id("ask.outside-folder")
@reason("this runs outside the workspace")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  !context.args.in_workspace &&
  (
    ["make", "npm", "pnpm", "yarn", "bun", "git", "docker", "docker-compose", "terraform"].contains(resource.name) ||
    !(
      context.args.cwd == "/tmp" || context.args.cwd like "/tmp/*" || context.args.cwd like "/?*" ||
      ["cd", "pushd", "popd", "pwd", "echo", "printf", "true", "false", "test", "[", "[[", "export", "set", "date", "which", "type", "cat", "head", "tail", "wc", "stat", "cp", "mv", "rm", "mkdir", "touch", "tee", "sort", "sed", "diff"].contains(resource.name)
    )
  )
};

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
    (context.args.subcommand == "branch" && context.args.options.containsAny(["-D", "--force", "-f", "-M", "-C"])) ||
    (context.args.subcommand == "reset" && context.args.options.containsAny(["--merge", "--keep"])) ||
    (["checkout", "switch", "restore"].contains(context.args.subcommand) &&
      (context.args.options.containsAny(["-f", "--force", "--discard-changes", "-B", "-C"]) || context.args.operands.containsAny([".", "./", ":/", "*"]))) ||
    (context.args.subcommand == "tag" && context.args.options.containsAny(["-d", "--delete", "-f", "--force"])) ||
    (context.args.subcommand == "stash" && context.args.operands.containsAny(["drop", "clear"]))
  )
};

@id("ask.git-settings")
@reason("settings of git decide what it runs and whom it asks")
${ASK}
forbid (principal, action == Action::"process/exec", resource == Program::"git")
when {
  context.args.line like "*ext::*" ||
  // Neither a command of git nor known as an alias.
  context.args.unresolved.contains("alias") ||
  context.args has subcommand &&
  (
    ["config", "credential", "credential-store", "credential-cache", "upload-pack", "receive-pack", "for-each-repo", "remote", "submodule", "update-index", "hook", "maintenance", "daemon", "bisect", "difftool", "mergetool"].contains(context.args.subcommand) &&
    !(context.args.subcommand == "remote" && context.args.options.contains("-v") && !context.args.operands.containsAny(["add", "set-url", "rename", "remove"]))
  )
};

@id("ask.patch-unread")
@reason("which files a patch changes was not read")
${ASK}
forbid (principal, action == Action::"process/exec", resource == Program::"git")
when {
  context.args has subcommand && ["apply", "am"].contains(context.args.subcommand) &&
  !context.args.options.containsAny(["--check", "--stat", "--numstat", "--summary"])
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
  !(
    (context.args.line like "*localhost*" || context.args.line like "*127.0.0.1*") &&
    !(${lineHas(['.com', '.org', '.io', '.dev', '.net', '.rs'])})
  )
};

@id("ask.remote-state")
@reason("this changes systems that others use")
${ASK}
forbid (principal, action == Action::"process/exec", resource is Program)
when {
  (resource == Program::"kubectl" &&
    !(context.args has subcommand && ["get", "describe", "logs", "explain", "version", "api-resources", "diff", "top"].contains(context.args.subcommand))) ||
  (resource == Program::"kubectl" &&
    (context.args.operands.containsAny(["secret", "secrets"]) || context.args.options.containsAny(["--kubeconfig", "--token", "--server", "-s"]))) ||
  (resource == Program::"terraform" &&
    (!context.args.operands.containsAny(["fmt", "validate", "version"]) ||
      context.args.operands.containsAny(["apply", "destroy", "import", "state", "taint", "init", "login", "force-unlock"]))) ||
  (resource == Program::"gh" &&
    (!context.args.operands.containsAny(["view", "list", "status", "checks", "diff", "watch"]) ||
      (context.args has subcommand && context.args.subcommand == "auth") ||
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
    context.args.options.containsAny(["--secret", "--ssh", "--network", "--allow", "--push", "--context", "-c", "-H", "--host"]) ||
    ["run", "create", "exec", "cp", "context", "plugin", "swarm", "service", "save", "load", "import", "export", "commit", "volume", "system", "attach", "trust", "buildx"].contains(context.args.subcommand) ||
    context.args.operands.contains("prune") ||
    (context.args.subcommand == "rm" && context.args.unresolved.contains("substitution"))
  )
};

@id("ask.unknown-file")
@reason("which file this touches cannot be read from the command")
${ASK}
forbid (principal, action in [Action::"file/read", Action::"file/write", Action::"file/delete"], resource is File)
when {
  ${anyOf(UNKNOWN_FILE)} ||
  // Not even its folder is known.
  (context.args.path like "/?/*" && !context.args.unresolved.contains("stdin-arguments"))
};

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
  ${like('context.args.path', [...RUN_BY_OTHERS.flatMap((name) => [`*/${name}`, `*/${name}/*`]), ...RUN_BY_OTHERS_FILES.map((name) => `*/${name}`)])}
};

@id("ask.overwrites-much")
@reason("this writes over whatever stands in the workspace")
${ASK}
forbid (principal, action == Action::"file/write", resource is File)
when { context.args.unresolved.contains("whole-workspace") && !(["git", "gofmt", "clang-format"].contains(context.args.by)) };

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
  // Engines of containers, debuggers and clusters: whoever may speak to them runs what they like.
  (context.args.network == "loopback" && ![2375, 2376, 6443, 9222, 9229, 10250].contains(context.args.port)) ||
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
