/** One version of policies. */
export { VersionPage } from './version.tsx';
