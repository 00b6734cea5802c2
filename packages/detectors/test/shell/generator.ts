/** Shell texts made at random, from pieces that evade readers of shell text: what bash then starts is compared. */

/** Programs that stand in for real ones: each only writes down that it was started. */
export const STUBS = ['rm', 'ls', 'cp', 'git', 'touch', 'out', 'fail'] as const;

/** Numbers from a seed (mulberry32), so that a failing text can be made again. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

type Make = (random: Random, depth: number) => string;

const NAMES = ['a', 'b', 'x', 'y', 'arr'];
const PLAIN = ['rm', 'ls', 'cp', 'git', 'touch', 'out', 'fail'];
const ARGUMENTS = [
  '-rf',
  'f1',
  'f2',
  'sub',
  'sub/g',
  '--force',
  'a b',
  '*.c',
  '..',
  './x',
  '~',
  '',
  'x;y',
  '$',
  '{',
  'a,b',
];

const program: Make = (random) => {
  const name = random.pick(PLAIN);
  const [first, rest] = [name.slice(0, 1), name.slice(1)];
  const hex = [...name].map((char) => `\\x${char.charCodeAt(0).toString(16)}`).join('');
  const octal = [...name].map((char) => `\\${char.charCodeAt(0).toString(8)}`).join('');
  return random.pick([
    name,
    name,
    name,
    `${first}\\${rest}`,
    `'${name}'`,
    `"${name}"`,
    `${first}""${rest}`,
    `${first}''${rest}`,
    `\\${name}`,
    `$'${hex}'`,
    `$'${octal}'`,
    `$"${name}"`,
    `${first}\\\n${rest}`,
    `$(echo ${name})`,
    `\`echo ${name}\``,
    `\${zz:-${name}}`,
    `\${zz-${name}}`,
    `\${zz:=${name}}`,
    `\${a:+${name}}`,
    `$x`,
    `$y`,
    `"$x"`,
    `\${x}`,
    `\${x%z}`,
    `\${x#y}`,
    `\${x/q/${first}}`,
    `\${arr[0]}`,
    `\${arr[1]}`,
    `"\${arr[@]}"`,
    `\${arr[*]}`,
    `\${!b}`,
    `\${x,,}`,
    `\${x:0:2}`,
    `$1`,
    `"$@"`,
    `$*`,
    `{${name},-v}`,
    `${first}{${rest},}`,
    `$(printf ${name})`,
    `$(cat <<<${name})`,
    `$(< prog)`,
    `./bin/${name}`,
    `$BIN/${name}`,
    `bin/r?`,
    `bin/*`,
    `$a$b`,
    `${first}$(echo ${rest})`,
  ]);
};

const argument: Make = (random) => {
  const name = random.pick(ARGUMENTS);
  return random.pick(
    [
      `'${name}'`,
      `"${name.replaceAll('$', '\\$')}"`,
      name.replaceAll(/[ $;{]/g, '\\$&') || "''",
      '$x',
      '"$y"',
      '${a}',
      '$(out)',
      '"$(out)"',
      '`out`',
      '{1..3}',
      '{a,b}',
      'pre{x,y}post',
      '*.c',
      'sub/*',
      '~',
      '~/d',
      '$((1+2))',
      '$((a+1))',
      '"$@"',
      '$#',
      '${arr[@]}',
      '"${arr[*]}"',
      "$'a\\tb'",
      '"$((x))"',
      '${#x}',
      '$HOME/f',
      '"${x:-d e}"',
      '${x:-d e}',
      '${x:+q}',
      '<(ls)',
      '\\',
      '#no',
      'a#b',
      '"a\\$b"',
      '"\\q"',
      '!',
      '${x@Q}',
      '{z',
      'a=~/b',
      '--o=~/b',
      '${x//a/b}',
      '{01..03}',
      '{c..a}',
      '{a,{b,c}}',
      "{'a,b',c}",
      '${x^}',
      '[ab]*',
    ].map((text) => (text === '\\' ? '\\\\' : text)),
  );
};

const words: Make = (random, depth) =>
  Array.from({ length: random.below(4) }, () => argument(random, depth)).join(' ');

const simple: Make = (random, depth) => {
  const command = `${program(random, depth)} ${words(random, depth)}`.trim();
  return random.pick([
    command,
    command,
    command,
    `${command} >o1`,
    `${command} 2>&1`,
    `>o2 ${command}`,
    `${command} <f1`,
    `${command} &>o3`,
    `x=1 ${command}`,
    `y=rm ${command}`,
    `${command} <<<"$x"`,
    `IFS=, ${command}`,
  ]);
};

const assignment: Make = (random) => {
  const name = random.pick(NAMES);
  const value = random.pick([
    'rm',
    'ls',
    '"rm -rf"',
    "'ls a'",
    'git',
    '$y',
    '"$x f"',
    '$(echo cp)',
    '$(out)',
    'x',
    '',
    'ymz',
    'r',
    'm',
    'RM',
    'a,b',
    "'*.c'",
    '~/q',
    '$((3))',
    '`out`',
    'arr',
  ]);
  return random.pick([
    `${name}=${value}`,
    `${name}=${value}`,
    `${name}+=${value}`,
    `arr=(rm ${value} b)`,
    `arr+=(ls)`,
    `arr[1]=git`,
    `export ${name}=${value}`,
    `declare ${name}=${value}`,
    `readonly ${name}=${value}`,
    `declare -u ${name}=${value}`,
    `declare -l ${name}=${value}`,
    `declare -n y=x`,
    `declare -i ${name}=5`,
    `unset ${name}`,
    `printf -v ${name} rm`,
    `read ${name} <<<'rm x'`,
    `read x y <<< "ls a"`,
    `mapfile -t arr <<<rm`,
    `let ${name}=3`,
    `((${name}++))`,
    `set -- rm -x f`,
    `shift`,
    `set -- ls "a b"`,
    `IFS=,`,
    `IFS=m`,
    `unset IFS`,
    `set -f`,
    `: \${${name}:=rm}`,
    `getopts ab x -a`,
    `local ${name}=rm`,
    `typeset ${name}=ls`,
    `export ${name}`,
    `BIN=./bin`,
    `eval ${name}=rm`,
    `eval "${name}=(ls git)"`,
    `${name}=rm true`,
    `x=git ${name}=$x`,
    `alias ls=rm`,
    `shopt -s expand_aliases`,
    `shopt -s lastpipe`,
    `hash -p ./bin/rm ls`,
    `PATH=./bin:$PATH`,
    `HOME=/tmp/none`,
  ]);
};

const folder: Make = (random) =>
  random.pick([
    'cd sub',
    'cd none',
    'cd ..',
    'cd -',
    'cd',
    'cd ~',
    'cd "$x"',
    'pushd sub',
    'popd',
    'cd sub/deep',
    'cd ./sub/../sub',
    'cd link',
    'pushd',
    'CDPATH=sub cd deep',
    'cd -P sub',
    'cd -- sub',
    'cd $OLDPWD',
    'cd "$PWD/sub"',
  ]);

const quoteAll = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const nested: Make = (random, depth) => {
  const inner = list(random, depth + 1);
  const one = simple(random, depth + 1);
  return random.pick([
    `( ${inner}\n)`,
    `{ ${inner}\n}`,
    `{ ${inner}\n} >o4`,
    `sh -c ${quoteAll(one)}`,
    `bash -c ${quoteAll(inner)}`,
    `bash -c ${quoteAll(one)} zero rm ls`,
    `eval ${quoteAll(inner)}`,
    `eval ${one.replaceAll(/[\n]/g, ' ')}`,
    `env a=1 ${one}`,
    `env -i PATH="$PATH" bash -c ${quoteAll(one)}`,
    `nice -n 1 ${one}`,
    `timeout 5 ${one}`,
    `command ${one}`,
    `builtin ${one}`,
    `exec ${one}`,
    `time ${one}`,
    `! ${one}`,
    `echo rm f1 | xargs ${program(random, depth)}`,
    `echo f1 | xargs -I{} ${program(random, depth)} {}`,
    `bash <<'E'\n${inner}\nE\n`,
    `bash <<<${quoteAll(one)}`,
    `echo ${quoteAll(one)} | bash`,
    `cat <(${one})`,
    `cat <<E\n$(${one})\nE\n`,
    `if ${one}; then ${inner}\nelse ${inner}\nfi`,
    `if ${inner}\nthen ${one}; fi`,
    `for x in rm ls; do ${inner}\ndone`,
    `for x in $y *.c; do ${inner}\ndone`,
    `for y in 1 2; do ${inner}\nbreak; done`,
    `for y in 1 2; do if ${one}; then continue; fi; ${inner}\ndone`,
    `while ${one}; do ${inner}\nbreak; done`,
    `n=0; while [ $n -lt 2 ]; do n=$((n+1)); ${inner}\ndone`,
    `n=0; until [ $n -ge 3 ]; do n=$((n+1)); $a f; a=$b; b=rm; done`,
    `case $x in rm) ${inner}\n;; *) ${one};; esac`,
    `case a in a) x=ls;& b) ${one};; esac`,
    `f() { ${inner}\n}; f rm f1`,
    `f() { local x=git; $x $1; ${one}; }; f a; ${one}`,
    `f() { ${one}; return; ${one}; }; f`,
    `function g { $1 "$2"; }\ng rm 'a b'`,
    `ls() { rm "$@"; }\nls q; unset -f ls; ls z`,
    `trap ${quoteAll(one)} EXIT`,
    `out | while read x; do ${one}; done`,
    `${one} | { ${inner}\n}`,
    `${one} & wait`,
    `${one} |& cat`,
    `coproc { ${one}; }; wait`,
    `select_=1; ${inner}`,
    `x=$(${one})`,
    `: $(${inner}\n)`,
    `[[ -n $(${one}) ]] && ${one}`,
    `((1 + $(echo 1; ${one} >/dev/null))) || ${one}`,
    `for ((i=0; i<2; i++)); do ${inner}\ndone`,
    `source /dev/stdin <<<${quoteAll(one)}`,
    `. ./code`,
    `find . -maxdepth 1 -name '*.c' -exec ${random.pick(PLAIN)} {} \\;`,
    `bash -c '"$@"' _ ${one}`,
    `bash -c '$0 x' ${program(random, depth)}`,
    `env -S ${quoteAll(`rm ${random.pick(['a', '-f'])}`)}`,
    `export x; bash -c '$x w'`,
    `x=rm bash -c '$x w'`,
    `bash -c '$x rm w'`,
    `declare -f f >/dev/null; ${one}`,
    `alias zz=${quoteAll(one)}\nzz`,
    `shopt -s expand_aliases\nalias ls='rm -v'\nls k`,
    `exec 3<f1; ${one} <&3`,
    `${one} # ${one}`,
    `true && ${one} || ${one}`,
    `false && ${one}; ${one}`,
    `x=ls; true | x=rm; $x p`,
    `(x=rm; cd sub; $x q); $x r`,
  ]);
};

const list: Make = (random, depth) => {
  const count = 1 + random.below(depth > 1 ? 2 : 4);
  const items = Array.from({ length: count }, () => {
    const kind = random.below(depth > 2 ? 6 : 10);
    if (kind < 3) return simple(random, depth);
    if (kind < 5) return assignment(random, depth);
    if (kind < 6) return folder(random, depth);
    return nested(random, depth);
  });
  return items.reduce((text, item) => {
    const joiner =
      text.endsWith('\n') || text.includes('#') || text.includes('<<')
        ? '\n'
        : random.pick(['; ', '; ', ' && ', ' || ', '\n']);
    return text === '' ? item : text + joiner + item;
  }, '');
};

/** A text from `seed`. */
export function shellText(seed: number): string {
  return list(new Random(seed), 0);
}
