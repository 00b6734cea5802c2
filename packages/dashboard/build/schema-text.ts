/** The types of the API, out of the document that the server makes of its routes. */
import { openApiOf, ROUTES } from '@writ/server';
import openapiTS, { astToString } from 'openapi-typescript';

const HEAD =
  '// Made by `npm run schema -w @writ/dashboard` of the routes of @writ/server. Not written by hand.\n';

/** The text of `src/api/schema.d.ts`. */
export async function schemaText(): Promise<string> {
  const document = openApiOf(ROUTES, '0.0.0');
  const text = JSON.stringify(document, (_name, value: unknown) =>
    Array.isArray(value) ? value.filter((one: unknown) => !isIdempotencyKey(one)) : value,
  );
  return `${HEAD}${astToString(await openapiTS(text))}`;
}

/** The client sends one with each change by itself; whoever calls it has nothing to say about it. */
function isIdempotencyKey(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'name' in value && value.name === 'Idempotency-Key';
}
