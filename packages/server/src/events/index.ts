/** What happens in the control plane, told as it happens: the log is the source, and whoever listens reads it at their own speed. */
export { feedOf, type PlaneEvent } from './feed.ts';
export { createListeners } from './listeners.ts';
export { EVENT_ROUTES } from './routes.ts';
export { stillGood } from './still-good.ts';
export { eventStream, type SentEvent } from './stream.ts';
