import type { Invocation } from './invocation.ts';
import { knownWord } from './invocation.ts';

/** A call that starts a program, and what stands behind its bracket. */
const CALL: RegExp =
  /\b(?:system|popen|exec|execSync|spawn|spawnSync|execFile|execFileSync|run|call|check_call|check_output|getoutput|Popen|shell_exec|passthru|proc_open|os\.execute|qx|execute)\s*[({]\s*/g;
const STRING: RegExp = /(['"])((?:[^'"\\\n]|\\.|(?!\1)['"]){0,4096})\1/y;
/** Between two strings of a list. */
const COMMA: RegExp = /\s*(?:[\])]\s*)?,\s*(?:\[\s*)?/y;
const BACKTICKS: RegExp = /`([^`\n]{1,1024})`/g;
/** Most calls that are looked at in one program. */
const MAX_CALLS = 64;

/**
 * Runs the shell texts and lists of words that code in another language hands to `system` and its relatives, as far as
 * they stand there as plain strings. What it misses is why `inline-code` is noted whatever it finds.
 */
export function shellInCode(inv: Invocation, code: string): void {
  const { engine, state } = inv;
  engine.budget.takeText(code.length);
  let calls = 0;
  const run = (text: string): void => {
    calls += 1;
    if (calls <= MAX_CALLS) engine.textIfWhole(text, state, inv.inner({ dialect: 'sh' }));
  };
  for (const match of code.matchAll(CALL)) {
    // Strings are not read for calls that would not be looked at.
    if (calls >= MAX_CALLS) break;
    const strings = stringsAt(code, match.index + match[0].length);
    const [first] = strings;
    if (first === undefined) continue;
    if (strings.length === 1) run(first);
    else {
      calls += 1;
      inv.run(strings.map(knownWord));
    }
  }
  // Perl, Ruby and PHP run what stands between backticks.
  for (const [, text = ''] of code.matchAll(BACKTICKS)) run(text);
}

/** The plain strings from `start` on, with commas and list brackets between them. */
function stringsAt(code: string, start: number): readonly string[] {
  const strings: string[] = [];
  let at = code.charAt(start) === '[' ? start + 1 : start;
  for (;;) {
    STRING.lastIndex = at;
    const match = STRING.exec(code);
    if (match === null) return strings;
    strings.push((match[2] ?? '').replaceAll(/\\(['"\\])/g, '$1'));
    COMMA.lastIndex = STRING.lastIndex;
    if (COMMA.exec(code) === null) return strings;
    at = COMMA.lastIndex;
  }
}
