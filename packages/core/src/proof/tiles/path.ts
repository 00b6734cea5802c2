/** Where tiles and bundles are served: `tile/0/x001/234`, `tile/entries/000.p/17` (c2sp.org/tlog-tiles). */
import { Fault } from '../../kernel/index.ts';
import { type BundleCoordinates, TILE_WIDTH, type TileCoordinates } from './coordinates.ts';

/** Path of the signed checkpoint. */
export const CHECKPOINT_PATH = 'checkpoint';
/** Highest level a path may name (c2sp.org/tlog-tiles). */
const MAX_LEVEL = 63;
/** Longest path read: above what 2^53 needs. */
const MAX_PATH_LENGTH = 64;
const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/)*[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** What a path names. */
export type TileResource =
  | { readonly kind: 'tile'; readonly tile: TileCoordinates }
  | { readonly kind: 'bundle'; readonly bundle: BundleCoordinates };

/** Path of `tile`, without a leading slash. */
export function tilePath(tile: TileCoordinates): string {
  return `tile/${tile.level}/${indexPath(tile.index)}${widthPath(tile.width)}`;
}

/** Path of `bundle`, without a leading slash. */
export function bundlePath(bundle: BundleCoordinates): string {
  return `tile/entries/${indexPath(bundle.index)}${widthPath(bundle.width)}`;
}

/** What `path` names. Throws `tile.malformed` for any path that {@link tilePath} and {@link bundlePath} would not write. */
export function parseTilePath(path: string): TileResource {
  const match = path.length <= MAX_PATH_LENGTH ? PATH.exec(path) : null;
  if (match === null) throw malformed(path);
  const index = Number((match[2] ?? '').replace(/[x/]/g, ''));
  const width = match[3] === undefined ? TILE_WIDTH : Number(match[3]);
  const level = match[1] === 'entries' ? undefined : Number(match[1]);
  const inBounds = Number.isSafeInteger(index) && (level === undefined || level <= MAX_LEVEL);
  const resource: TileResource =
    level === undefined
      ? { kind: 'bundle', bundle: { index, width } }
      : { kind: 'tile', tile: { level, index, width } };
  const canonical = resource.kind === 'tile' ? tilePath(resource.tile) : bundlePath(resource.bundle);
  if (!inBounds || canonical !== path) throw malformed(path);
  return resource;
}

function indexPath(index: number): string {
  let text = threeDigits(index % 1000);
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    text = `x${threeDigits(rest % 1000)}/${text}`;
  }
  return text;
}

function threeDigits(part: number): string {
  return String(part).padStart(3, '0');
}

function widthPath(width: number): string {
  return width === TILE_WIDTH ? '' : `.p/${width}`;
}

function malformed(path: string): Fault {
  return new Fault(
    'tile.malformed',
    `\`${path.slice(0, MAX_PATH_LENGTH)}\` is not the path of a tile or entry bundle`,
  );
}
