/** Programs that run code in a language. */
import type { SpecTable } from '../spec.ts';

export const INTERPRETERS: SpecTable = {
  'sh bash dash zsh ksh mksh ash rbash yash lksh ksh93 posh': {},
  'fish csh tcsh nu xonsh elvish pwsh powershell cmd rc es oil ysh osh': { codes: ['unknown-shell'] },
  'python python2 python3 pypy pypy3 ipython': {
    values: { '-c': 'code', '-m': 'text', '-W -X --check-hash-based-pycs': 'text' },
    stops: true,
    first: 'script',
    operands: 'text',
    firstUnless: '-c -m -V --version -h --help',
    readsCode: 'code',
  },
  'node nodejs': {
    values: {
      '-e --eval -p --print -pe': 'code',
      '-r --require --import --loader --experimental-loader': 'library',
      '--env-file --env-file-if-exists': 'settings',
      '-C --conditions --stack-size --max-old-space-size --title --input-type --run --inspect-port --test-name-pattern --test-reporter --watch-path':
        'text',
    },
    stops: true,
    first: 'script',
    operands: 'text',
    firstUnless: '-e --eval -p --print -pe --run -v --version --test --check -h --help',
    readsCode: 'code',
  },
  perl: {
    values: { '-e -E': 'code', '-I -D': 'text' },
    attached: 'iMmFxCd',
    digits: '0l',
    stops: true,
    first: 'script',
    operands: 'read',
    firstUnless: '-e -E -v',
    readsCode: 'code',
  },
  'ruby jruby irb': {
    values: { '-e': 'code', '-r': 'library', '-I -E -C': 'text' },
    attached: 'iFTWKx',
    digits: '0l',
    stops: true,
    first: 'script',
    operands: 'read',
    firstUnless: '-e -v --version',
    readsCode: 'code',
  },
  'php php-cgi': {
    values: {
      '-r -R -B -E': 'code',
      '-f -F': 'script',
      '-d -S -t': 'text',
      '-c': 'settings',
      '-z': 'library',
    },
    stops: true,
    first: 'script',
    operands: 'text',
    firstUnless: '-r -R -B -E -f -F -v -m -i -S',
    readsCode: 'code',
  },
  'lua luajit luau': {
    values: { '-e': 'code', '-l': 'library' },
    stops: true,
    first: 'script',
    operands: 'text',
    firstUnless: '-e -v',
    readsCode: 'code',
  },
  deno: {
    subcommands: true,
    values: { '-c --config --import-map --env-file': 'settings', '--preload': 'library' },
  },
  bun: {
    subcommands: true,
    values: {
      '-e --eval -p --print': 'code',
      '-r --preload': 'library',
      '--cwd': 'folder',
      '-c --config --env-file': 'settings',
    },
  },
  'Rscript R julia racket guile sbcl clisp ghci runghc runhaskell swift groovy scala kotlin jshell elixir iex ocaml clojure clj bb crystal nim raku tclsh wish expect octave gnuplot sage ts-node tsx esno babel-node coffee osascript escript erl gst gjs lisp scheme mit-scheme emacs-script dc bc maxima gp':
    {
      values: {
        '-e -E -c --eval -eval -x --expr -C --execute': 'code',
        '-f -l --load -L -i -r --require': 'library',
      },
      stops: true,
      first: 'script',
      operands: 'text',
      firstUnless: '-e -E -c --eval -eval -x --expr --version -v --execute',
      readsCode: 'code',
    },
  'java javaw': {
    values: { '-jar': 'script', '-cp -classpath --class-path -p --module-path -m --module': 'text' },
    longDash: true,
    stops: true,
  },
  'awk gawk mawk nawk busybox-awk': {
    values: {
      '-F --field-separator -v --assign': 'text',
      '-f --file -i --include -l --load -E --exec': 'script',
      '-e --source': 'text',
      '-o -p -d': 'text',
    },
    stops: true,
  },
  'sed gsed': { values: { '-e --expression -l --line-length': 'text', '-f --file': 'text' }, attached: 'i' },
  psql: {
    values: {
      '-c --command': 'text',
      '-f --file': 'script',
      '-o --output -L --log-file': 'write',
      '-h --host': 'host',
      '-p --port -U --username -d --dbname -v --set -F -P -R -T': 'text',
    },
    readsCode: 'code',
    operands: 'text',
  },
  'mysql mariadb': {
    values: {
      '-e --execute --init-command': 'text',
      '-h --host': 'host',
      '-u -P -D --database -S --user --port --socket': 'text',
      '--tee': 'write',
      '--defaults-file --defaults-extra-file': 'settings',
      '--pager': 'shell',
    },
    attached: 'p',
    readsCode: 'code',
    operands: 'text',
  },
  'mongosh mongo redis-cli cqlsh duckdb clickhouse clickhouse-client': {
    values: {
      '--eval --evalScript -c -q --query -e': 'code',
      '-h --host': 'host',
      '-p --port -u -a -n': 'text',
      '-f --file': 'script',
    },
    operands: 'text',
    readsCode: 'code',
  },
  'ed red': { values: { '-p': 'text', '-c': 'text' }, operands: 'update', readsCode: 'code' },
  'm4 cpp': { values: { '-D -U -I': 'text' }, operands: 'script', readsCode: 'code' },
  'wasmtime wasmer qemu-x86_64 qemu-aarch64 wine mono dotnet-script binfmt box64': {
    first: 'script',
    operands: 'text',
    stops: true,
  },
};
