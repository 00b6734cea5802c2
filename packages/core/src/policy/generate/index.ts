/** Policies to start from, made of what was seen. */
export { type GeneratedStart, generateStart } from './starter.ts';
