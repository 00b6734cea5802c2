/** `awk`: the program text, as far as it can run or write something. */
import { type Invocation, knownWord } from '../invocation.ts';
import { shellInCode } from '../shell-in-code.ts';
import type { ShellWord } from '../../types.ts';

/** Texts in a program say nothing of what it does; their content is cut before looking. */
const STRING: RegExp = /"(?:[^"\\\n]|\\.)*"/g;
/** Ways out of awk: a shell, a pipe, a co-process, another file of code. */
const ESCAPE: RegExp = /\bsystem\b|(?<!\|)\|&?(?!\|)|@\s*(?:load|include)|\bgetline\b/;
/** `print … > "file"`: a comparison has no print before it. */
const WRITES: RegExp = /\bprintf?\b[^;}\n]*?>>?\s*([^;}\n]*)/g;

export function awk(inv: Invocation): void {
  const hasFile = inv.has('-f', '--file', '-E', '--exec');
  const sources = inv.given('-e', '--source').flatMap(({ value }) => value ?? []);
  const isFirst = sources.length === 0 && !hasFile;
  const [first] = inv.operands;
  if (isFirst && first !== undefined) sources.push(first);
  for (const source of sources) inspect(inv, source);
  for (const word of inv.operands.slice(isFirst ? 1 : 0)) {
    if (!/^[A-Za-z_]\w*=/.test(word.value) && word.value !== '-') inv.touch('read', word);
  }
  if (inv.has('-o', '-p', '-d', '-i', '--include', '-l', '--load')) inv.note('inline-code');
}

function inspect(inv: Invocation, source: ShellWord): void {
  if (source.unresolved.length > 0) return inv.note('inline-code', 'dynamic-code');
  const code = source.value;
  const bare = code.replaceAll(STRING, '""');
  if (ESCAPE.test(bare)) {
    inv.note('inline-code');
    shellInCode(inv, code);
    for (const [, text = ''] of code.matchAll(
      /"([^"\\\n]{1,1024})"\s*\|&?\s*getline|\|&?\s*"([^"\\\n]{1,1024})"/g,
    ))
      if (text !== '') inv.engine.textIfWhole(text, inv.state, inv.inner({ dialect: 'sh' }));
    for (const [, text = ''] of code.matchAll(/\|&?\s*"([^"\\\n]{1,1024})"/g))
      inv.engine.textIfWhole(
        text,
        inv.state,
        inv.inner({ dialect: 'sh', pipedFrom: [inv.name, ...inv.frame.pipedFrom] }),
      );
  }
  for (const [, target = ''] of code.matchAll(WRITES)) {
    const file = /^"([^"\\]*)"\s*$/.exec(target)?.[1];
    if (file === undefined) inv.note('inline-code');
    else inv.touch('write', knownWord(file));
  }
  // `/inet/tcp/0/host/port` is a connection in gawk.
  if (/\/inet[46]?\/(?:tcp|udp)\//.test(code)) {
    inv.note('inline-code');
    const [, host = '', port = ''] = /\/inet[46]?\/(?:tcp|udp)\/[^/]*\/([^/"]+)\/([^/"]+)/.exec(code) ?? [];
    if (host !== '') inv.host(knownWord(`tcp://${host}:${port}`));
  }
}
