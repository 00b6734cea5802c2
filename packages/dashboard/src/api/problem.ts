/** What the API refuses with (RFC 9457), as a value that says what to do. */

/** Thrown by every call that did not do what was asked. */
export class ApiProblem extends Error {
  /** As the server names it, `request.forbidden`, or one of our own: `client.unreachable`, `client.passkey`. */
  readonly code: string;
  /** 0 where nothing answered. */
  readonly status: number;
  /** Fields that are wrong, by JSON pointer. */
  readonly fields: readonly { readonly pointer: string; readonly detail: string }[];

  constructor(
    code: string,
    status: number,
    detail: string,
    fields: readonly { readonly pointer: string; readonly detail: string }[] = [],
  ) {
    super(detail);
    this.name = 'ApiProblem';
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** What to do about a refusal, by its code; a sentence. */
const WHAT_TO_DO: Readonly<Record<string, string>> = {
  'client.unreachable':
    'The control plane does not answer. It is asked again by itself; if this stays, look whether it runs.',
  'client.unreadable':
    'Something else than the control plane answered. Look at what stands between you and it.',
  'client.passkey': 'Nothing was signed. Try again, and answer the question of the browser.',
  'client.no-passkeys':
    'Open the control plane by the name that its operator gave it, in a browser that knows passkeys.',
  'request.unauthenticated': 'Sign in again.',
  'request.forbidden': 'An administrator of your organisation can give you the role that it takes.',
  'request.not-found': 'It was removed, or the address is of another organisation. Go back to the list.',
  'request.changed': 'Somebody changed it since you opened it. Load it again, look, and decide again.',
  'request.final': 'It was decided already, and the first answer stands. Load it again to see by whom.',
  'request.conflict': 'Load it again to see what stands in the way.',
  'request.gone': 'Load the page again.',
  'request.too-many': 'Wait a minute, then try again.',
  'request.invalid': 'Correct the fields that are named, and send it again.',
  'idempotency.applied': 'Your change was made. Load the page again to see it.',
  'server.fault': 'Try again. If it stays, whoever runs the server finds the reason in its log.',
  'server.unavailable': 'Nothing was changed. Try again in a moment.',
};

/** What a person can do about it. */
export function whatToDo(problem: unknown): string {
  const code = problem instanceof ApiProblem ? problem.code : '';
  return WHAT_TO_DO[code] ?? 'Try again. If it stays, tell whoever runs the control plane.';
}

/** The problem that a response is; of any response, because what stands between may answer anything. */
export function problemOf(status: number, body: unknown): ApiProblem {
  const { title, detail, errors } = (typeof body === 'object' && body !== null ? body : {}) as {
    readonly title?: unknown;
    readonly detail?: unknown;
    readonly errors?: unknown;
  };
  if (typeof title !== 'string')
    return new ApiProblem('client.unreadable', status, `the answer was status ${status}, without a reason`);
  const fields = (Array.isArray(errors) ? errors : []).flatMap((one: unknown) => {
    const { pointer, detail: why } = (typeof one === 'object' && one !== null ? one : {}) as {
      readonly pointer?: unknown;
      readonly detail?: unknown;
    };
    return typeof pointer === 'string' && typeof why === 'string' ? [{ pointer, detail: why }] : [];
  });
  return new ApiProblem(title, status, typeof detail === 'string' ? detail : title, fields);
}
