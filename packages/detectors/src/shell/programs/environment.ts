/** Variables that change what programs do. */
import { unite, type UnresolvedCode } from '../codes.ts';
import { type Assigned, type Engine, type Frame, startedBy, type State } from '../engine/index.ts';

/** What setting a variable amounts to. */
type Effect = 'search' | 'load' | 'shell';

/** Programs are looked for in other folders. */
const SEARCH: ReadonlySet<string> = new Set(['PATH']);
/** Their value is run by a shell. */
const SHELL: ReadonlySet<string> = new Set(
  (
    'PAGER EDITOR VISUAL BROWSER GIT_PAGER GIT_EDITOR GIT_SEQUENCE_EDITOR GIT_SSH_COMMAND GIT_SSH GIT_EXTERNAL_DIFF GIT_ASKPASS ' +
    'GIT_PROXY_COMMAND SSH_ASKPASS SUDO_ASKPASS SUDO_EDITOR MANPAGER SYSTEMD_PAGER SYSTEMD_EDITOR LESSOPEN LESSCLOSE ' +
    'LESSEDIT RSYNC_RSH RSYNC_CONNECT_PROG CVS_RSH PROMPT_COMMAND PSQL_PAGER PSQL_EDITOR DELTA_PAGER BAT_PAGER GH_PAGER GH_EDITOR ' +
    'KUBE_EDITOR KUBECTL_EXTERNAL_DIFF AWS_PAGER FZF_DEFAULT_COMMAND MYSQL_PAGER TEXEDIT FCEDIT WINEDITOR'
  ).split(' '),
);
/** They make programs load code or settings, or say where these lie. */
const LOAD: ReadonlySet<string> = new Set(
  (
    'BASH_ENV ENV ZDOTDIR SHELLOPTS BASHOPTS PS0 PS1 PS2 PS4 IFS HOME XDG_CONFIG_HOME XDG_CONFIG_DIRS TERMINFO TERMCAP INPUTRC HISTFILE ' +
    'NODE_OPTIONS NODE_PATH NODE_REPL_EXTERNAL_MODULE PYTHONPATH PYTHONSTARTUP PYTHONHOME PYTHONINSPECT PYTHONUSERBASE PYTHONWARNINGS PYTHONBREAKPOINT ' +
    'PERL5LIB PERL5OPT PERL5DB PERLLIB RUBYOPT RUBYLIB GEM_HOME GEM_PATH BUNDLE_GEMFILE LUA_PATH LUA_CPATH LUA_INIT PHPRC PHP_INI_SCAN_DIR ' +
    'JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS JAVA_HOME CLASSPATH MAVEN_OPTS GRADLE_OPTS R_PROFILE R_ENVIRON JULIA_LOAD_PATH ' +
    'MAKEFLAGS MAKEFILES MAKE GNUMAKEFLAGS CC CXX LD AR CFLAGS LDFLAGS RUSTC RUSTC_WRAPPER RUSTFLAGS CARGO_HOME GOFLAGS GOROOT TAR_OPTIONS ' +
    'GCONV_PATH LOCPATH OPENSSL_CONF OPENSSL_ENGINES OPENSSL_MODULES SSLKEYLOGFILE CURL_HOME WGETRC LESS LESSKEY LESSKEY_SYSTEM LESSKEYIN MORE VIMINIT EXINIT GVIMINIT ' +
    'VIMRUNTIME VIM MYVIMRC NVIM_APPNAME EMACSLOADPATH EMACSDATA SCREENRC TMUX DOCKER_HOST DOCKER_CONFIG KUBECONFIG AWS_CONFIG_FILE ' +
    'SSH_AUTH_SOCK FTP_PROXY HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY http_proxy https_proxy all_proxy ftp_proxy no_proxy NODE_EXTRA_CA_CERTS ' +
    'NODE_TLS_REJECT_UNAUTHORIZED SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_CONFIG_FILE ' +
    'UV_INDEX_URL UV_DEFAULT_INDEX GOPROXY GONOSUMDB GOSUMDB CARGO_REGISTRIES CDPATH GLOBIGNORE MAILPATH'
  ).split(' '),
);
const LOAD_PREFIX: RegExp =
  /^(?:LD_|DYLD_|BASH_FUNC_|GIT_|npm_config_|NPM_CONFIG_|YARN_|PNPM_|COMPlus_|DOTNET_STARTUP|COR(?:ECLR)?_)/;
/** Harmless among those. */
const PLAIN: ReadonlySet<string> = new Set(
  (
    'GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_COMMITTER_DATE ' +
    'GIT_TERMINAL_PROMPT GIT_MERGE_AUTOEDIT GIT_OPTIONAL_LOCKS GIT_TRACE GIT_CURL_VERBOSE npm_config_yes npm_config_loglevel'
  ).split(' '),
);

function effectOf(name: string): Effect | undefined {
  if (SEARCH.has(name)) return 'search';
  if (SHELL.has(name)) return 'shell';
  if (PLAIN.has(name)) return undefined;
  return LOAD.has(name) || LOAD_PREFIX.test(name) ? 'load' : undefined;
}

/** Codes of what `assignments` change for the programs that see them; commands in their values are run. */
export function changesOf(
  engine: Engine,
  assignments: readonly Assigned[],
  state: State,
  frame: Frame,
): readonly UnresolvedCode[] {
  return unite(
    ...assignments.map(({ name, value, unresolved }): readonly UnresolvedCode[] => {
      const effect = effectOf(name);
      if (effect === 'search') return ['path-changed'];
      if (effect === 'load') return ['environment'];
      if (effect === undefined || (value === '' && unresolved.length === 0)) return [];
      if (unresolved.length > 0) return ['dynamic-code'];
      const isRead = engine.textIfWhole(value, state, startedBy(frame, name));
      return isRead ? [] : ['environment'];
    }),
  );
}
