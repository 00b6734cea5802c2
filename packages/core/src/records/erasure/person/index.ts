/** The names of one person, and where they stand in texts. */
export { cutFrom } from './cut-from.ts';
export { ERASED, MAX_IDENTIFIERS, type PersonNames, personNames } from './person-names.ts';
