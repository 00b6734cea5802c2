/** Passkeys as approvers' keys. */
export { parseApproverKey } from './approver-key-text.ts';
export { assertionChallenge, assertionText, type PasskeyAssertion, verifyAssertion } from './assertion.ts';
export { isPasskeyText, parsePasskeyKey, type PasskeyKey, passkeyText } from './passkey-key.ts';
