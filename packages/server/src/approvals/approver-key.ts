/** Keys that people approve with, as the server knows them. What nodes believe is in their signed bundles, and only there. */
import {
  type Approver,
  isFault,
  parseApproverKey,
  passkeyText,
  publicKeyId,
  utf8,
  verifySignature,
} from '@writ/core';
import { z } from 'zod';
import { ownSiteOf } from '../http/index.ts';
import { mayDecide, PEOPLE, type PersonRecord, ULID } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { credentialsOf } from '../sign-in/index.ts';
import type { CollectionOf, Stored } from '../state/index.ts';

/** An Ed25519 key that a person approves with; its private half is sealed under a passphrase on a machine of theirs. */
export interface ApproverKeyRecord {
  /** ULID. */
  readonly person: string;
  readonly keyId: string;
  /** `name+keyid+base64`. */
  readonly key: string;
  readonly created: number;
}
export const APPROVER_KEYS: CollectionOf<ApproverKeyRecord> = {
  name: 'approver_keys',
  schema: z.strictObject({
    person: ULID,
    keyId: z.string().regex(/^[0-9a-f]{16}$/),
    key: z.string().max(400),
    created: z.int(),
  }),
};

/** A key of a person, and how they answer with it. */
export interface PersonsKey {
  readonly method: 'key' | 'passkey';
  readonly key: string;
  readonly keyId: string;
  /** Of a passkey: what a page asks the browser for, and what its owner calls it. */
  readonly passkey?: { readonly credential: string; readonly name: string } | undefined;
}

/** Whether `signature`, base64, is of the Ed25519 key in `key` over `text`. */
export function isPossessed(key: string, text: string, signature: string): boolean {
  try {
    const { publicKey, passkey } = parseApproverKey(key);
    if (passkey !== undefined) return false;
    return verifySignature(
      { publicKey: publicKey as Parameters<typeof verifySignature>[0]['publicKey'] },
      utf8(text),
      Buffer.from(signature, 'base64'),
    );
  } catch (fault) {
    if (isFault(fault)) return false;
    throw fault;
  }
}

/** The keys that a person answers with: registered ones, and their passkeys on the pages of this plane. */
export function keysOf(plane: Plane, organisation: string, person: string): readonly PersonsKey[] {
  const { origin } = ownSiteOf(plane.url);
  const registered = plane
    .objects(organisation, APPROVER_KEYS)
    .list()
    .filter((one) => one.person === person)
    .map(({ key, keyId }) => ({ method: 'key' as const, key, keyId }));
  const passkeys = credentialsOf(plane, organisation, person).flatMap((credential) => {
    if (credential.type !== 'passkey') return [];
    const cose = Buffer.from(credential.key, 'base64url');
    try {
      const passkey = { credential: credential.credential, name: credential.name };
      return [
        { method: 'passkey' as const, key: passkeyText(cose, origin), keyId: publicKeyId(cose), passkey },
      ];
    } catch (fault) {
      // A passkey of an algorithm that nodes do not read: good for signing in, and for nothing else.
      if (isFault(fault)) return [];
      throw fault;
    }
  });
  return [...registered, ...passkeys];
}

/** A person as quorums count them, with `key`. INVARIANT: whatever name a requester goes by, the person is found under it. */
export function approverOf(
  { id, email, identity, groups }: Pick<Stored<PersonRecord>, 'id' | 'email' | 'identity' | 'groups'>,
  key: string,
): Approver {
  return {
    id,
    // Policies may name a person by their address too.
    groups: [...groups, ...(email === undefined ? [] : [email])],
    ...parseApproverKey(key),
    person: email ?? identity?.subject ?? id,
  };
}

/** Every name of a person, for comparing with who asked. */
export function namesOf({
  id,
  email,
  identity,
}: Pick<Stored<PersonRecord>, 'id' | 'email' | 'identity'>): readonly string[] {
  return [
    id,
    ...(email === undefined ? [] : [email, email.split('@')[0] ?? email]),
    ...(identity === undefined ? [] : [identity.subject]),
  ];
}

/** The active person, or nobody. */
export function activePerson(
  plane: Plane,
  organisation: string,
  id: string,
): Stored<PersonRecord> | undefined {
  const person = plane.objects(organisation, PEOPLE).get(id);
  return person?.status === 'active' ? person : undefined;
}

/** People who may decide, once for each of their keys: what a node in the same process believes where its configuration says so. */
export function approversOf(plane: Plane, organisation: string): readonly Approver[] {
  return plane
    .objects(organisation, PEOPLE)
    .list()
    .filter(mayDecide)
    .flatMap((person) => keysOf(plane, organisation, person.id).map(({ key }) => approverOf(person, key)));
}
