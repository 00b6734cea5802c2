/** All routes as one handler of requests. */
import { type JsonObject, singleLine } from '@writ/core';
import { Hono } from 'hono';
import { findSite, serveSite, type Site } from '../dashboard/index.ts';
import { isLoopbackUrl, ownSiteOf, Problem, problemResponse, withSecurityHeaders } from '../http/index.ts';
import { DEVICE_SCRIPT, devicePage, SIGN_IN_SCRIPT, SIGN_IN_STYLE, signInPage } from '../pages/index.ts';
import { type ApiParts, answerCall } from './answer-call.ts';
import { openApiOf } from './openapi.ts';
import { referencePage, REFERENCE_STYLE } from './reference-page.ts';
import type { Route } from './route.ts';

/** Handles requests. */
export interface Api {
  readonly routes: readonly Route[];
  /** Never throws: what fails is a problem document. */
  fetch(request: Request): Promise<Response>;
}

/** How to make one. */
export interface ApiOptions extends ApiParts {
  readonly routes: readonly Route[];
  /** Of the software. */
  readonly version: string;
  /** The web interface, or that there is none; default the build that is beside this code. */
  readonly site?: Site | 'none';
  /** Told of what failed on our side; the client is told nothing of it. */
  readonly onFault: (fault: unknown, request: { readonly method: string; readonly path: string }) => void;
}

export function createApi(options: ApiOptions): Api {
  const { routes, plane, version, onFault } = options;
  let description: JsonObject | undefined;
  // Made when somebody asks: it takes longer than everything else here.
  const openApi = (): JsonObject => (description ??= openApiOf(routes, version));
  const app = new Hono({ strict: true });
  for (const route of routes)
    app.on(route.method.toUpperCase(), honoPath(route.path), (context) =>
      answerCall(options, route, context.req.raw, context.req.param()),
    );
  app.get('/v1/openapi.json', () => Response.json(openApi()));
  app.get('/v1/reference', () => html(referencePage(openApi())));
  app.get(
    '/v1/reference.css',
    () => new Response(REFERENCE_STYLE, { headers: { 'content-type': 'text/css' } }),
  );
  const home = ownSiteOf(plane.url).origin;
  const isHere = isLoopbackUrl(plane.url);
  app.get('/sign-in', ({ req: { url } }) => {
    // Passkeys know no addresses: who came by one goes on by the name, with whatever stands after `#`.
    if (isHere && isLoopbackUrl(url) && new URL(url).hostname !== new URL(home).hostname)
      return seeOther(`${home}/sign-in`);
    return html(signInPage({ providers: plane.identityProviders.map(({ settings }) => settings) }));
  });
  app.get('/sign-in.css', () => new Response(SIGN_IN_STYLE, { headers: { 'content-type': 'text/css' } }));
  app.get('/sign-in.js', () => script(SIGN_IN_SCRIPT));
  app.get('/device', () => html(devicePage()));
  app.get('/device.js', () => script(DEVICE_SCRIPT));
  for (const path of new Set(routes.map((route) => route.path)))
    app.all(honoPath(path), () => {
      throw new Problem('request.method', 'this path does not take this method');
    });
  // Read when somebody asks, because most who start a plane in a test never do.
  const { site: given } = options;
  let found: { readonly site: Site | undefined } | undefined;
  const siteOf = (): Site | undefined =>
    (found ??= { site: given === 'none' ? undefined : (given ?? findSite()) }).site;
  app.notFound(({ req: { raw } }) => {
    const page = serveSite(siteOf, raw);
    if (page !== undefined) return page;
    throw new Problem('request.not-found', 'there is nothing here; `/v1/reference` lists what there is');
  });
  app.onError((thrown, context) => {
    const { method, path } = context.req;
    if (!(thrown instanceof Problem)) onFault(thrown, { method, path: singleLine(path).slice(0, 200) });
    return problemResponse(thrown, path);
  });
  const isTls = plane.url.startsWith('https:');
  return {
    routes,
    async fetch(request) {
      let response: Response;
      try {
        response = await app.fetch(request);
      } catch (thrown) {
        const { pathname } = new URL(request.url);
        if (!(thrown instanceof Problem)) onFault(thrown, { method: request.method, path: pathname });
        response = problemResponse(thrown, pathname);
      }
      return withSecurityHeaders(response, isTls);
    },
  };
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

function honoPath(path: string): string {
  return path.replaceAll(/\{([a-zA-Z]+)\}/g, ':$1');
}

function script(text: string): Response {
  return new Response(text, { headers: { 'content-type': 'text/javascript; charset=utf-8' } });
}

async function html(text: ReturnType<typeof referencePage>): Promise<Response> {
  return new Response((await text).toString(), { headers: { 'content-type': 'text/html; charset=utf-8' } });
}
