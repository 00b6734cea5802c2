/** What a person signs to show a control plane that an approver key is theirs, so that nobody registers somebody else's. */
import { canonicalJson } from '../kernel/index.ts';

const POSSESSION = 'writ/approver-key-possession/v1';

/** Whose key, and where. */
export interface Possession {
  /** The control plane's address as it knows itself. */
  readonly url: string;
  /** ULIDs. */
  readonly organisation: string;
  readonly person: string;
  readonly keyId: string;
}

/** The text that the owner of the key signs. */
export function possessionText({ url, organisation, person, keyId }: Possession): string {
  return canonicalJson({ type: POSSESSION, url, organisation, person, keyId });
}
