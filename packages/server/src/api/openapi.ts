/** The OpenAPI 3.1 document of routes: made from what checks them, so that it cannot say anything else. */
import type { JsonObject } from '@writ/core';
import { z } from 'zod';
import { PROBLEMS } from '../http/index.ts';
import { isChange, type Route } from './route.ts';

const PROBLEM: JsonObject = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string', enum: Object.keys(PROBLEMS) },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { pointer: { type: 'string' }, detail: { type: 'string' } } },
    },
  },
};
const SECURITY = [{ token: [] }, { session: [] }, { node: [] }];

/** The document of `routes`, of the API's `version`. */
export function openApiOf(routes: readonly Route[], version: string): JsonObject {
  const paths: Record<string, Record<string, JsonObject>> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Writ control plane',
      version,
      summary: 'People, agents, approvals, signed policy bundles, fleet and kill switch.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Problem: PROBLEM },
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token of a person.' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-writ', description: 'A browser’s session.' },
        node: {
          type: 'http',
          scheme: 'WritNode',
          description: 'A proof that an enrolled node signed over the request.',
        },
      },
    },
  };
}

function operationOf(route: Route): JsonObject {
  const { operation, summary, access, params = {}, query = {}, body, answers, conditional, produces } = route;
  const parameters = [
    ...Object.entries(params).map(([name, schema]) => ({
      name,
      in: 'path',
      required: true,
      schema: jsonSchema(schema, 'input'),
    })),
    ...Object.entries(query).map(([name, schema]) => ({
      name,
      in: 'query',
      required: !schema.safeParse(undefined).success,
      schema: jsonSchema(schema, 'input'),
    })),
    ...(needsKey(route)
      ? [
          {
            name: 'Idempotency-Key',
            in: 'header',
            required: true,
            schema: { type: 'string', minLength: 1, maxLength: 255 },
          },
        ]
      : []),
    ...(conditional === true
      ? [{ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } }]
      : []),
  ];
  const success = answers === undefined ? '204' : '200';
  return {
    operationId: operation,
    summary,
    tags: [route.path.split('/')[2] ?? 'server'],
    'x-writ-access': access,
    ...(access === 'nobody' ? { security: [] } : { security: SECURITY }),
    parameters,
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: jsonSchema(body, 'input') } },
          },
        }),
    responses: {
      [success]:
        answers === undefined
          ? { description: 'done' }
          : {
              description: 'the answer',
              content: { [produces ?? 'application/json']: { schema: jsonSchema(answers, 'output') } },
            },
      default: {
        description: 'why it was refused',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

/** Whether a call needs an idempotency key. */
export function needsKey(route: Route): boolean {
  return isChange(route) && route.access !== 'nobody' && route.naturallyIdempotent !== true;
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest as JsonObject;
}
