/** Bytes, heads and bodies between clients, the guard and hosts. */
export { answer, exchange, upgrade } from './exchange.ts';
export { KeptAgents } from './kept-agents.ts';
export { readableText } from './body.ts';
export { answerText, rejectionOf } from './refusal.ts';
export { tunnel } from './tunnel.ts';
