export { VersionPage as Page } from './version/index.ts';
