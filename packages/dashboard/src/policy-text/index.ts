/** What policies say, as several pages show it. */
export { cedarWord } from './cedar-words.ts';
export { type PolicyAsked, PolicyTexts } from './policy-texts.tsx';
