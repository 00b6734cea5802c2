/** The witnesses of a trust policy, as somebody to ask. */
import { Fault } from '../../kernel/index.ts';
import type { PolicyWitness, TrustPolicy } from '../../proof/index.ts';
import { askWitness, type WitnessTransport } from './ask-witness.ts';
import type { Cosigner } from './witness-client.ts';

/** Those with an address. Throws `config.invalid` for an address other than `http:` and `https:`. */
export function witnessCosigners(policy: TrustPolicy, transport: WitnessTransport): readonly Cosigner[] {
  return policy.witnesses
    .filter(({ url }) => url !== undefined)
    .map(requireAddress)
    .map((witness) => ({
      name: `witness \`${witness.name}\``,
      ask: (offered, oldSize, { signal }) => askWitness(witness, offered, oldSize, { transport, signal }),
    }));
}

function requireAddress(witness: PolicyWitness): PolicyWitness {
  const { url = '', name } = witness;
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return witness;
  throw new Fault(
    'config.invalid',
    `the witness \`${name}\` has the address \`${url}\`, expected http: or https:`,
  );
}
