/** Gives this node another key, which its present one signs: the node stays who it is. Broken off anywhere, it goes on where it was. */
import { renameSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  parseSigningKey,
  publicKeyText,
  type Random,
  readKeyFile,
  signRotation,
  type SigningKey,
  syncFolder,
  utf8,
} from '@writ/core';
import type { PlaneClient } from '../plane-client.ts';
import { answeredWith, keyIn } from './enrol-node.ts';

/** What a change of key needs. */
export interface RotateOptions {
  /** A client whose requests `signer` proves; closed by whoever made it. */
  readonly connect: (signer: SigningKey) => Pick<PlaneClient, 'send'>;
  /** The control plane as it calls itself: its origin. */
  readonly url: string;
  /** ULIDs. */
  readonly organisation: string;
  readonly node: string;
  /** File of the node's key; the new one takes its place. */
  readonly keyFile: string;
  readonly random: Random;
}

/** The new key, which is in force when it resolves. Throws `upstream.protocol` where the control plane refused: the key until now stays then. */
export async function rotateNodeKey(options: RotateOptions): Promise<SigningKey> {
  const { connect, url, organisation, node, keyFile, random } = options;
  const nextFile = `${keyFile}.next`;
  const present = parseSigningKey(readKeyFile(keyFile));
  // INVARIANT: on the disk before the control plane knows it; one that a killed process left is taken up.
  const next = keyIn(nextFile, random);
  if (!(await isKnown(connect(next)))) {
    const who = { audience: new URL(url).origin, organisation, node };
    const { endorsement, proof } = signRotation(who, present, next);
    const answer = await connect(present).send({
      method: 'POST',
      path: '/v1/node/keys',
      body: utf8(JSON.stringify({ key: publicKeyText(next), endorsement, proof })),
    });
    answeredWith(answer, 'the control plane did not take the new key');
  }
  renameSync(nextFile, keyFile);
  syncFolder(dirname(keyFile));
  return next;
}

/** Whether the control plane took the key already, and its answer was lost. */
async function isKnown(client: Pick<PlaneClient, 'send'>): Promise<boolean> {
  const { status } = await client.send({ method: 'GET', path: '/v1/node' });
  return status === 200;
}
