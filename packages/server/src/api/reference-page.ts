/** The API as a page that a person can read: no scripts, nothing from elsewhere. */
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { html } from 'hono/html';

/** Style of the page; a file of its own, because the content security policy allows no other. */
export const REFERENCE_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
section { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 1rem 0; }
h3 { margin: 0; font-size: 1rem; overflow-wrap: anywhere; } h2 { margin: 2rem 0 0.5rem; text-transform: capitalize; }
nav ul { columns: 12rem; padding-left: 1rem; } code, pre { font: 0.875rem/1.5 ui-monospace, monospace; }
pre { overflow: auto; padding: 0.75rem; background: color-mix(in srgb, currentColor 6%, transparent); border-radius: 6px; }
.method { display: inline-block; min-width: 4rem; text-transform: uppercase; font-weight: 600; }
`;

/** The page of an OpenAPI document. */
export function referencePage(document: JsonObject): ReturnType<typeof html> {
  const info = objectOf(document['info']);
  const operations = Object.entries(objectOf(document['paths'])).flatMap(([path, item]) =>
    Object.entries(objectOf(item)).map(([method, operation]) => ({
      path,
      method,
      operation: objectOf(operation),
    })),
  );
  // By the first word of their paths, as the document tags them.
  const groups = Map.groupBy(operations, ({ operation }) =>
    String(Array.isArray(operation['tags']) ? operation['tags'][0] : 'server'),
  );
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${info['title']}: API</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/v1/reference.css" />
      </head>
      <body>
        <h1>${info['title']}, version ${info['version']}</h1>
        <p>${info['summary']} The same as data: <a href="/v1/openapi.json">openapi.json</a>.</p>
        <nav aria-label="Subjects">
          <ul>
            ${[...groups.keys()].map((group) => html`<li><a href="#of-${group}">${group}</a></li>`)}
          </ul>
        </nav>
        ${[...groups].map(
          ([group, of]) => html`<h2 id="of-${group}">${group}</h2>
            ${of.map(
              ({ path, method, operation }) => html`<section id="${operation['operationId']}">
                <h3><span class="method">${method}</span> <code>${path}</code></h3>
                <p>${operation['summary']} <em>(${operation['x-writ-access']})</em></p>
                ${details('Parameters', operation['parameters'])} ${details('Body', operation['requestBody'])}
                ${details('Answers', operation['responses'])}
              </section>`,
            )}`,
        )}
      </body>
    </html>`;
  return page;
}

function details(title: string, value: JsonValue | undefined): ReturnType<typeof html> | string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  return html`<details>
    <summary>${title}</summary>
    <pre>${JSON.stringify(value, null, 2)}</pre>
  </details>`;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return value !== undefined && isJsonObject(value) ? value : {};
}
