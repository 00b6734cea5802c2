/** The witnesses of a trust policy, as somebody to ask. */
import { Fault } from '../../kernel/index.ts';
import type { PolicyWitness } from '../../proof/index.ts';
import { askWitness } from './ask-witness.ts';
import type { Cosigner, LogWitnesses } from './witness-client.ts';

/** Those with an address that are no mirrors. Throws `config.invalid` for an address other than `http:` and `https:`. */
export function witnessCosigners({ policy, transport, mirrors = [] }: LogWitnesses): readonly Cosigner[] {
  return policy.witnesses
    .filter(({ url }) => url !== undefined)
    .filter((witness) => !mirrors.some((mirror) => mirror.witness === witness))
    .map(requireAddress)
    .map((witness) => ({
      name: `witness \`${witness.name}\``,
      ask: (offered, oldSize, { signal }) => askWitness(witness, offered, oldSize, { transport, signal }),
    }));
}

/** `witness` itself. Throws `config.invalid` where it cannot be asked over HTTP. */
export function requireAddress(witness: PolicyWitness): PolicyWitness {
  const { url = '', name } = witness;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return witness;
  throw new Fault(
    'config.invalid',
    `the witness \`${name}\` has the address \`${url}\`, expected http: or https:`,
  );
}
