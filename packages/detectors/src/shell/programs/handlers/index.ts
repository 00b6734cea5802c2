/** Programs whose words cannot be read from a table alone. */
import type { Invocation } from '../invocation.ts';
import { family } from '../tables/index.ts';
import { archive7z, cpio, tar, unzip, zip } from './archives.ts';
import { awk } from './awk.ts';
import { cloud } from './cloud.ts';
import { container, cluster } from './containers.ts';
import { copy, dd, link, mount, move, patch } from './copying.ts';
import { debugger_, editor, expressions, pager, vim } from './escapes.ts';
import {
  confined,
  env,
  later,
  parallel,
  script,
  su,
  sudo,
  terminal,
  unshare,
  watch,
  withLock,
  xargs,
} from './wrappers.ts';
import { compiler, yq } from './reading.ts';
import { find } from './find.ts';
import { git } from './git/index.ts';
import { build } from './build.ts';
import { database } from './databases.ts';
import { httpie, lookup, scp, socat, ssh, transfer, webDownload } from './network.ts';
import { packageScript, packages, pythonPackages, runner } from './packages.ts';
import { perl, python, node, ruby } from './languages.ts';
import { sed } from './sed/index.ts';
import { shell } from './shell.ts';

type Handler = (inv: Invocation) => void;

const HANDLERS: ReadonlyMap<string, Handler> = new Map(
  Object.entries<Handler>({
    'sh bash dash zsh ksh mksh ash rbash yash lksh ksh93 posh': shell,
    'cp gcp install': copy,
    mv: move,
    'ln link symlink': link,
    'dd dcfldd': dd,
    'tar gtar bsdtar': tar,
    'unzip bsdunzip unrar rar': unzip,
    zip,
    cpio,
    'aws gsutil gcloud s3cmd rclone mc b2 az': cloud,
    '7z 7za 7zr 7zz ar': archive7z,
    'find gfind fd fdfind': find,
    'xargs gxargs': xargs,
    'parallel sem': parallel,
    'env genv cross-env': env,
    sudo,
    su,
    script,
    watch,
    'at batch': later,
    flock: withLock,
    'writ writ.js': confined,
    'unshare chroot nsenter': unshare,
    'tmux screen zellij': terminal,
    'awk gawk mawk nawk busybox-awk': awk,
    'sed gsed': sed,
    perl,
    ruby,
    'python python2 python3 pypy pypy3 ipython': python,
    patch,
    'node nodejs': node,
    'vi vim nvim view gvim rvim ex': vim,
    'less more most': pager,
    'gdb lldb': debugger_,
    'ed red': editor,
    yq,
    mount,
    'gcc g++ cc c++ clang clang++ tcc ld gold lld as javac': compiler,
    'java emacs expect': expressions,
    'sqlite3 psql mysql mariadb duckdb': database,
    git,
    'ssh autossh mosh slogin': ssh,
    'scp rcp': scp,
    rsync: scp,
    'curl wget wget2': webDownload,
    'http https httpie xh xhs curlie': httpie,
    'nc ncat netcat nc.openbsd nc.traditional telnet ftp sftp tftp lftp ncftp openssl aria2c axel ssh-keyscan gh glab':
      transfer,
    socat,
    'dig nslookup host kdig drill delv resolvectl getent whois': lookup,
    'docker podman nerdctl docker-compose': container,
    'kubectl oc k3s crictl': cluster,
    'npm pnpm yarn cnpm bun deno': packageScript,
    'npx pnpx bunx': runner,
    'pip pip3 pipx uv uvx poetry pipenv conda mamba micromamba pdm rye hatch': pythonPackages,
    'gem bundle bundler cargo go apt apt-get aptitude yum dnf zypper pacman brew apk composer dotnet nix nvm fnm volta asdf mise rbenv pyenv direnv rustup dpkg nix-shell':
      packages,
    'make gmake bmake cmake ninja just task mage rake': build,
  }).flatMap(([names, handler]) => names.split(' ').map((name) => [name, handler] as const)),
);

/** What a program does beyond its table. */
export function handlerOf(name: string): Handler | undefined {
  return HANDLERS.get(name) ?? HANDLERS.get(family(name));
}
