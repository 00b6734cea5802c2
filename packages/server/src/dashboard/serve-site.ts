/** Answers requests for pages and files of the web interface; everything else is somebody else's. */
import type { Site, SiteFile } from './site.ts';
import { unbuiltPage } from './unbuilt-page.ts';

/** Paths that are never a page of the interface: their answers are for programs, or pages of their own. */
const NOT_PAGES = /^\/(?:v1|sign-in|device|livez|readyz|metrics|assets)(?:[/.]|$)/;
/** Files of the interface: their folder, and what lies beside the page. */
const FILE = /^\/(?:assets\/[^/]+|[a-z-]+\.(?:txt|svg))$/;
const ONE_YEAR_SECONDS = 31_536_000;

/**
 * The answer to `request`, or `undefined` where it asks for nothing of the interface. Pages say nothing of anybody: what they show they ask the API for, which knows who asks.
 * `siteOf` answers nothing where nothing was built; the page then says how to.
 */
export function serveSite(siteOf: () => Site | undefined, request: Request): Response | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const { pathname } = new URL(request.url);
  const isAsked = isPage(pathname, request);
  if (!isAsked && !FILE.test(pathname)) return undefined;
  const site = siteOf();
  const file = site?.files.get(pathname.slice(1));
  // The page itself has one address for each of its states, and none of its own.
  if (file !== undefined && file !== site?.page) return fileResponse(file, request);
  if (!isAsked) return undefined;
  return site === undefined ? unbuiltPage() : fileResponse(site.page, request);
}

function isPage(pathname: string, { headers }: Request): boolean {
  if (NOT_PAGES.test(pathname)) return false;
  return pathname === '/' || headers.get('accept')?.includes('text/html') === true;
}

function fileResponse(file: SiteFile, request: Request): Response {
  const encoding = encodingOf(file, request.headers.get('accept-encoding') ?? '');
  const tag = encoding === undefined ? `"${file.tag}"` : `"${file.tag}-${encoding}"`;
  const headers = {
    'content-type': file.type,
    'cache-control': file.isHashed ? `public, max-age=${ONE_YEAR_SECONDS}, immutable` : 'no-cache',
    etag: tag,
    vary: file.isHashed ? 'accept-encoding' : 'accept, accept-encoding',
    ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
  };
  if (names(request.headers.get('if-none-match'), tag)) {
    const { 'content-type': _type, 'content-encoding': _encoding, ...rest } = headers;
    return new Response(null, { status: 304, headers: rest });
  }
  const body = encoding === undefined ? file.plain : (file[encoding] ?? file.plain);
  return new Response(request.method === 'HEAD' ? null : body, {
    headers: { ...headers, 'content-length': String(body.byteLength) },
  });
}

/** The best form that the client takes (RFC 9110 §12.5.3); a form at `q=0` is refused. */
function encodingOf(file: SiteFile, accepts: string): 'br' | 'gzip' | undefined {
  const taken = new Set(
    accepts
      .toLowerCase()
      .split(',')
      .map((one) => one.split(';').map((part) => part.trim()))
      .filter(([, ...parameters]) => !parameters.some((part) => /^q=0(?:\.0*)?$/.test(part)))
      .map(([name]) => name),
  );
  return (['br', 'gzip'] as const).find((name) => file[name] !== undefined && taken.has(name));
}

function names(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return header.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === tag);
}
