/** Names, URIs and cursors between clients and servers. */
export { collisions, type Expose, exposedName, type Named, SEPARATOR } from './exposed-name.ts';
export { mergeCursors, splitCursor } from './merged-cursor.ts';
export { normalUri } from './normal-uri.ts';
