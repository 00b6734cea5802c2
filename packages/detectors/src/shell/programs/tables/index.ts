/** What is known of programs, as data. */
import { byName, type ProgramSpec } from '../spec.ts';
import { EDITORS } from './editors.ts';
import { INTERPRETERS } from './interpreters.ts';
import { NETWORK } from './network.ts';
import { PACKAGES } from './packages.ts';
import { READERS } from './readers.ts';
import { WRAPPERS } from './wrappers.ts';
import { WRITERS } from './writers.ts';

const SPECS: ReadonlyMap<string, ProgramSpec> = byName({
  ...READERS,
  ...WRITERS,
  ...WRAPPERS,
  ...INTERPRETERS,
  ...EDITORS,
  ...NETWORK,
  ...PACKAGES,
});

/** A version behind the name of an interpreter or compiler: `python3.12`, `gcc-13`. */
const VERSIONED: RegExp =
  /^(python|pypy|pip|perl|ruby|node|nodejs|lua|php|tclsh|guile|gcc|clang|java|awk|vim|git)-?\d+(?:\.\d+)*$/;
/** A file name that Windows would run. */
const WINDOWS: RegExp = /\.(?:exe|com|cmd|bat)$/i;

/** The name under which tables know `name`; itself where they do not. */
export function nameInTables(name: string): string {
  if (SPECS.has(name)) return name;
  const short = name.replace(WINDOWS, '');
  if (SPECS.has(short)) return short;
  const lower = short.toLowerCase();
  // A file system that does not tell cases apart finds `RM` as `rm`.
  return SPECS.has(lower) ? lower : name;
}

/** How `name` reads its words, where that is known. */
export function specOf(name: string): ProgramSpec | undefined {
  return SPECS.get(name) ?? SPECS.get(VERSIONED.exec(name)?.[1] ?? '');
}

/** The name whose handler is that of `name`: `python3.12` is `python`. */
export function family(name: string): string {
  const known = VERSIONED.exec(name)?.[1];
  return SPECS.has(name) || known === undefined ? name : known;
}
