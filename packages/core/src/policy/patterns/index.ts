/** Patterns in arguments that Cedar cannot express, looked for in linear time before the decision. */
export { type PatternDeclaration, patternFinding, patternsFinding, type PatternTest } from './declaration.ts';
export { matchesGlob } from './glob.ts';
export { hostOf } from './host.ts';
export { createPatternMatcher, type PatternMatcher } from './matcher.ts';
export { compileRegex } from './regex.ts';
export { parsePatterns } from './parse.ts';
