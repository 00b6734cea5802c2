/** Who sends a request. */
export { actorOf, type Authenticator, type Caller } from './caller.ts';
