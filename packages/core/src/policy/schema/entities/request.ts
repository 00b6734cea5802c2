/** Requests checked against a schema. */
import { type CedarRecord, type ExactJson, isRecord, type Uid } from '../../value/index.ts';
import { actionKey, type CedarSchema } from '../model/index.ts';
import { type DataProblem, TypedReader } from './typed-value.ts';

/** A request whose context is still JSON. */
export interface UntypedRequest {
  readonly principal: Uid;
  readonly action: Uid;
  readonly resource: Uid;
  readonly context: ExactJson;
}

/** The context as the schema types it, or what is wrong with the request. */
export type CheckedRequest =
  | { readonly context: CedarRecord }
  | { readonly problems: readonly DataProblem[] };

/** Checks that the action is declared and applies to these types, and reads the context by its shape. Never throws. */
export function checkRequest(request: UntypedRequest, schema: CedarSchema): CheckedRequest {
  const reader = new TypedReader(schema);
  const action = schema.actions.get(actionKey(request.action));
  if (action?.appliesTo === undefined)
    return {
      problems: [
        {
          path: 'action',
          message: `the action \`${request.action.id}\` is not declared, or applies to nothing`,
        },
      ],
    };
  const { principals, resources, context: shape } = action.appliesTo;
  for (const [path, uid, types] of [
    ['principal', request.principal, principals],
    ['resource', request.resource, resources],
  ] as const) {
    if (types.includes(uid.type)) reader.knownId(uid, path);
    else
      reader.fail(
        path,
        `the action \`${action.uid.id}\` does not apply to a ${path} of type \`${uid.type}\``,
      );
  }
  const context = reader.record(request.context, shape, 'context');
  if (reader.problems.length > 0 || !isRecord(context)) return { problems: reader.problems };
  return { context };
}
