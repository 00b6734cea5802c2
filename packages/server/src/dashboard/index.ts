/** The web interface, as files: built from `packages/dashboard`, served from memory. */
export { serveSite } from './serve-site.ts';
export { findSite, readSite, type Site } from './site.ts';
