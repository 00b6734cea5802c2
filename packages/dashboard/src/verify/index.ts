/** The verifier, as pages use it. */
export { keepKey, keptKey } from './kept-keys.ts';
export {
  type Check,
  CHECK_NAMES,
  type CheckName,
  isProven,
} from './verify-evidence.ts';
export { verifyInWorker } from './verify-in-worker.ts';
