/** Names of tools that are taken for one another, and texts that speak of tools of other servers. */
import type { ToolDefinition } from '@writ/core';

/** Letters that look like Latin ones, in lower case: the common Cyrillic, Greek and Armenian ones, and digits that stand for letters. */
const LOOKALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    а: 'a',
    ɑ: 'a',
    α: 'a',
    в: 'b',
    с: 'c',
    ϲ: 'c',
    ԁ: 'd',
    е: 'e',
    ҽ: 'e',
    ε: 'e',
    ɡ: 'g',
    һ: 'h',
    н: 'h',
    հ: 'h',
    і: 'i',
    ι: 'i',
    ı: 'i',
    ї: 'i',
    ј: 'j',
    к: 'k',
    κ: 'k',
    ӏ: 'l',
    м: 'm',
    п: 'n',
    ո: 'n',
    η: 'n',
    о: 'o',
    ο: 'o',
    օ: 'o',
    σ: 'o',
    р: 'p',
    ρ: 'p',
    ԛ: 'q',
    г: 'r',
    ѕ: 's',
    т: 't',
    τ: 't',
    υ: 'u',
    ս: 'u',
    ν: 'v',
    ѵ: 'v',
    ԝ: 'w',
    ω: 'w',
    х: 'x',
    χ: 'x',
    у: 'y',
    γ: 'y',
    '0': 'o',
    '1': 'l',
  }),
);
/** Marks, and whatever stands between the words of a name. */
const LEFT_OUT = /[\p{M}\p{Default_Ignorable_Code_Point}\p{P}\p{S}\p{Z}\p{C}]/gu;
/** A name that hardly any text holds by chance: of several words, joined as names are. */
const DISTINCTIVE = /^(?=.{6,})(?:.*[\p{L}\p{N}][_.:-][\p{L}\p{N}].*|.*\p{Ll}\p{Lu}.*)$/u;
const WORD = /[\p{L}\p{N}_][\p{L}\p{N}_./:-]*/gu;
const QUOTED = /[`"“‘']([^`"“”‘’'\n]{1,128})[`"”’']/gu;

/** What is left of `name` when case, separators, accents, invisible characters and look-alikes are set aside; equal for names that people confuse. */
export function nameSkeleton(name: string): string {
  const plain = name.normalize('NFKD').replace(LEFT_OUT, '').toLowerCase();
  const latin = Array.from(plain, (letter) => LOOKALIKES.get(letter) ?? letter).join('');
  // Names made of nothing but signs stay apart.
  return latin === '' ? name : latin;
}

/** Where a text names a tool. */
export type FindMentions = (text: string) => readonly string[];

/**
 * Finds the `tools` that a text names, as `server/tool`: by `server__tool`, `server/tool` and the like, by a name of several words, or by any name in quotes.
 * Names that the speaking server has itself (`own`) are its own.
 */
export function createMentions(tools: readonly ToolDefinition[], own: ReadonlySet<string>): FindMentions {
  const byWord = new Map<string, string>();
  const byQuote = new Map<string, string>();
  for (const { server, name } of tools) {
    const id = `${server}/${name}`;
    for (const joint of ['__', '/', '.', ':']) byWord.set(plainText(`${server}${joint}${name}`), id);
    if (own.has(name)) continue;
    const plain = plainText(name);
    byQuote.set(plain, id);
    if (DISTINCTIVE.test(name)) byWord.set(plain, id);
  }
  return (text) => {
    const plain = plainText(text);
    const found = new Set<string>();
    for (const [word] of plain.matchAll(WORD)) add(found, byWord.get(word.replace(/[./:-]+$/, '')));
    for (const [, quoted = ''] of plain.matchAll(QUOTED)) add(found, byQuote.get(quoted.trim()));
    return [...found];
  };
}

function add(found: Set<string>, id: string | undefined): void {
  if (id !== undefined) found.add(id);
}

function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .toLowerCase();
}
