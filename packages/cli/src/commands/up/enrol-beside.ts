/** The gateway of `writ up` becomes a node of the control plane that it runs beside: with a key of its own, recorded like every other, on this machine alone. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  ALWAYS_DISCLOSABLE,
  KEYS_FOLDER,
  LOOK_DISCLOSABLE,
  openDataKeys,
  publicKeyText,
  systemClock,
  systemRandom,
} from '@writ/core';
import type { PolicyWitness } from '@writ/core/proof';
import type { Configuration, OwnPlane } from '@writ/gateway';
import { createPlaneClient, enrolNode, nodeKeyIn } from '@writ/gateway/plane';
import type { Plane } from '@writ/server';
import { NODE_KEY_FILE } from '../enroll.ts';

const ENVIRONMENT = 'local';
/** To a control plane on this machine, over its loopback interface, everything is disclosed. */
const DISCLOSES: NonNullable<OwnPlane['discloses']> = {
  always: ALWAYS_DISCLOSABLE,
  onRequest: LOOK_DISCLOSABLE,
};
/** Longest name of a node. */
const MAX_NAME = 120;

/** As what it takes part: `refused` says why it does not. */
export type Beside =
  | {
      readonly status: 'enrolled';
      readonly beside: OwnPlane;
      readonly mirrors: readonly PolicyWitness[];
      /** Verifier key of the node’s log. */
      readonly log: string;
    }
  | { readonly status: 'refused'; readonly problem: string };

/** Enrols the node of `config` where it was not yet. Throws `key.*`, and `upstream.*` where the control plane does not take it. */
export async function enrolBeside(plane: Plane, config: Configuration): Promise<Beside> {
  const { approversOf, placeBeside } = await import('@writ/server');
  const { data, origin } = config;
  // As `openNode` makes them: whoever comes first.
  const keys = openDataKeys(data, {
    create: true,
    clock: systemClock,
    random: systemRandom,
    ...(origin === undefined ? {} : { origin }),
  });
  const keyFile = join(data, KEYS_FOLDER, NODE_KEY_FILE);
  const key = nodeKeyIn(keyFile, systemRandom);
  const place = await placeBeside(plane, {
    name: hostname().slice(0, MAX_NAME) || ENVIRONMENT,
    environment: ENVIRONMENT,
    origin: keys.origin,
    keyId: key.keyId,
  });
  if (place.status === 'refused') return place;
  const { url } = plane;
  const mirrors = (plane.mirror?.signers ?? []).map(({ key: signer }) => ({
    name: signer.name,
    key: signer,
    url: `${url}/v1/mirror`,
  }));
  if (place.status === 'known') {
    const { status: _status, ...known } = place;
    return {
      status: 'enrolled',
      beside: {
        url,
        keyFile,
        discloses: DISCLOSES,
        ...known,
        approvers: () => approversOf(plane, known.organisation),
      },
      mirrors,
      log: publicKeyText(keys.logKey),
    };
  }
  const client = createPlaneClient({ url, clock: systemClock, random: systemRandom });
  try {
    const logKeys = keys.nextKey === undefined ? [keys.logKey] : [keys.logKey, keys.nextKey.key];
    const { organisation, node, environment } = await enrolNode({
      client,
      url,
      code: place.code,
      keyFile,
      logKeys,
      random: systemRandom,
    });
    const approvers = () => approversOf(plane, organisation);
    const discloses = DISCLOSES;
    const beside = { url, keyFile, organisation, node, environment, discloses, approvers };
    return { status: 'enrolled', beside, mirrors, log: publicKeyText(keys.logKey) };
  } finally {
    client.close();
  }
}
