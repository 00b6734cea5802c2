/** Policy sets in folders: manifest, identity, versions. */
export { MANIFEST_FILE, parseManifest, type PolicySetManifest } from './manifest.ts';
export { printManifest } from './print-manifest.ts';
export { requireNewer, setIdentity, type SetVersion, versionMark } from './version.ts';
