/** Parts that pages are laid out with. */
export { type Fact, Facts, Figure, Figures } from './facts.tsx';
export { type PlainColumn, PlainTable } from './rows.tsx';
export { Nothing, Section } from './section.tsx';
