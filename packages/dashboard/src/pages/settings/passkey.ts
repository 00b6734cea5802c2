/** Makes a passkey in this browser and adds it to whoever is signed in. */
import { answered, api, type operations } from '../../api/index.ts';

type Made = operations['addPasskey']['requestBody']['content']['application/json']['response'];

/** Throws what the browser or the server refused it with. */
export async function addPasskey(name: string): Promise<void> {
  const { options } = await answered(api.POST('/v1/passkeys/options'));
  // Of any members: the browser itself says which of them are wrong.
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as { [Name in keyof PublicKeyCredentialCreationOptionsJSON]: never },
  );
  const made = await navigator.credentials.create({ publicKey }).catch((thrown: unknown) => {
    const kind = thrown instanceof DOMException ? thrown.name : '';
    throw new Error(REFUSALS[kind] ?? 'the browser made no passkey');
  });
  if (!(made instanceof PublicKeyCredential)) throw new Error('the browser made no passkey');
  await answered(api.POST('/v1/passkeys', { body: { name, response: made.toJSON() as Made } }));
}

/** What browsers say, in words. */
const REFUSALS: Readonly<Record<string, string>> = {
  NotAllowedError: 'the browser’s question was closed, or nobody answered it in time',
  InvalidStateError: 'this device holds a passkey of yours already',
  SecurityError: 'the browser uses no passkeys at this address',
  NotSupportedError: 'this device cannot make the passkey that is asked for',
};
