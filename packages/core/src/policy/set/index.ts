/** Policy sets in folders: manifest, identity, versions. */
export { isInForce, readSetFiles, type SetFile, type SetFiles, setOptions } from './files.ts';
export { MANIFEST_FILE, parseManifest, type PolicySetManifest } from './manifest.ts';
export { printManifest } from './print-manifest.ts';
export { requireNewer, setIdentity, type SetVersion, versionMark } from './version.ts';
