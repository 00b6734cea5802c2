/** The verifier, as pages use it. */
export { keepKey, keptKey } from './kept-keys.ts';
export {
  type Believed,
  type Check,
  CHECK_NAMES,
  type CheckName,
  type Evidence,
  isProven,
  type Shown,
} from './verify-evidence.ts';
export { verifyInWorker } from './verify-in-worker.ts';
