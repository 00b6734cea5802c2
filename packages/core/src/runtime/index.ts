/** L3: the real clock and randomness, sessions, kill switches and waiting for people. */
export {
  pooledRandom,
  systemClock,
  systemRandom,
  systemRepeater,
  systemTimers,
  type Timers,
} from './system.ts';
export { sessionFor, type SessionKey } from './session.ts';
export { admit, type KillCode, killEpochOf, type KillRefusal, type KillTarget } from './admission.ts';
export { type KillPlace, releaseKill, throwKill, type ThrownKill } from './throw-kill.ts';
export { createFlowWatch, type FlowWatch } from './flow-watch.ts';
export { createKillWatch, type KillWatch, type KillWatchOptions, type WatchedAction } from './kill-watch.ts';
export { waitForAnswers, type WaitEnd, type WaitOptions } from './wait-for-answers.ts';
export { createSelfProtection, type ProtectedFiles, type SelfProtection } from './self-protection.ts';
