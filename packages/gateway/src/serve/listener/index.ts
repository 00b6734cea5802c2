/** Listening, and what every request must pass before anything behind it hears of it. */
export { createGate, preflightHeaders } from './gate.ts';
export { type Listener, openListener } from './listener.ts';
export { type Refusal, writeRefusal } from './refusal.ts';
