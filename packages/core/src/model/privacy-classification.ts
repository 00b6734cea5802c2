/** Which fields of entries about personal data may stand in the clear: all that there are, because whom they concern is a commitment. */
import type { EntryKind } from './entry.ts';
import type { FieldClass } from './field-class.ts';
import type { PrivacyDetail } from './privacy-records.ts';

/** Fields of each of these kinds beside the envelope's, by path. */
export const PRIVACY_CLASSIFICATION: Readonly<
  Record<Extract<EntryKind, PrivacyDetail['kind']>, Readonly<Record<string, FieldClass>>>
> = {
  erasure: {
    'erasure.cause': 'never_personal',
    // An index says that there was a body, not whose it was.
    'erasure.destroyed[].from': 'never_personal',
    'erasure.destroyed[].to': 'never_personal',
    'erasure.resealed[].from': 'never_personal',
    'erasure.resealed[].to': 'never_personal',
    'erasure.ciphertextHashes[]': 'never_personal',
    'erasure.bodies': 'never_personal',
  },
  legal_hold: {
    'legalHold.action': 'never_personal',
    'legalHold.id': 'never_personal',
    'legalHold.scope': 'never_personal',
  },
  retention: {
    'retention.class': 'never_personal',
    'retention.before': 'never_personal',
    'retention.destroyed': 'never_personal',
    'retention.held': 'never_personal',
    'retention.minimumIndex': 'never_personal',
    'retention.archive.hash': 'never_personal',
    'retention.archive.bodies': 'never_personal',
  },
  consent: {
    'consent.action': 'never_personal',
    'consent.purpose': 'never_personal',
    'consent.registerHash': 'never_personal',
  },
  register: {
    'register.hash': 'never_personal',
    'register.purposes': 'never_personal',
    'register.notices': 'never_personal',
  },
  notice: {
    'notice.id': 'never_personal',
    'notice.version': 'never_personal',
    'notice.channel': 'never_personal',
  },
  case: {
    'case.action': 'never_personal',
    'case.id': 'never_personal',
    'case.type': 'never_personal',
    'case.step': 'never_personal',
    'case.due': 'never_personal',
    'case.outcome': 'never_personal',
  },
  export: {
    'export.destination': 'never_personal',
    'export.status': 'never_personal',
    'export.from': 'never_personal',
    'export.to': 'never_personal',
    'export.lagMs': 'never_personal',
  },
  body_key: {
    'bodyKey.action': 'never_personal',
    'bodyKey.keyId': 'never_personal',
    'bodyKey.wrappedBy': 'never_personal',
    'bodyKey.previous': 'never_personal',
  },
};
