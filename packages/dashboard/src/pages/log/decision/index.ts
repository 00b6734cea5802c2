/** Why a decision said what it said. */
export { Decision } from './decision.tsx';
