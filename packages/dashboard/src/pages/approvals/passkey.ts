/** Passkeys in the browser: one signs a statement, and one is made. */
import { answered, api, ApiProblem } from '../../api/index.ts';
import { challengeOf } from './signing/index.ts';

/** How long the browser's question stays, in milliseconds. */
const ASKED_MS = 120_000;

/** What a passkey makes of a statement, as the API takes it. */
export interface Assertion {
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** Has the passkey of `credential` sign `statement`; the person is verified by their device. Throws `ApiProblem`. */
export async function signWithPasskey(credential: string, statement: string): Promise<Assertion> {
  const made = await asked(() =>
    navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON({
        challenge: challengeOf(statement),
        allowCredentials: [{ id: credential, type: 'public-key' }],
        userVerification: 'required',
        timeout: ASKED_MS,
      }),
    }),
  );
  const { authenticatorData, clientDataJSON, signature } = partsOf(made);
  return { authenticatorData, clientDataJSON, signature };
}

/** Makes a passkey of whoever is signed in, on this device. Throws `ApiProblem`. */
export async function makePasskey(name: string): Promise<void> {
  const { options } = await answered(api.POST('/v1/passkeys/options'));
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options as never),
    }),
  );
  const response = made.toJSON() as never;
  await answered(api.POST('/v1/passkeys', { body: { name, response } }));
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
  if (globalThis.PublicKeyCredential === undefined)
    throw new ApiProblem('client.no-passkeys', 0, 'this browser uses no passkeys at this address');
  try {
    const made = await ask();
    if (made instanceof PublicKeyCredential) return made;
  } catch (thrown) {
    const said = thrown instanceof DOMException ? WORDS[thrown.name] : undefined;
    throw new ApiProblem('client.passkey', 0, said ?? 'the passkey could not be used', []);
  }
  throw new ApiProblem('client.passkey', 0, 'the browser gave no passkey');
}

const WORDS: Readonly<Record<string, string>> = {
  NotAllowedError: 'the browser’s question was closed, or nobody answered it in time',
  InvalidStateError: 'this device holds a passkey of yours already',
  SecurityError: 'the browser uses no passkeys at this address',
};

function partsOf(made: PublicKeyCredential): Assertion {
  const { response } = made.toJSON() as { readonly response: Partial<Assertion> };
  const { authenticatorData = '', clientDataJSON = '', signature = '' } = response;
  return { authenticatorData, clientDataJSON, signature };
}
