/** Requests of modern clients. */
export { ModernServer } from './serve.ts';
