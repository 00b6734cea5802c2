/** Passkeys of people. */
export { OPTIONS, REGISTRATION_RESPONSE } from './ceremony-bodies.ts';
export {
  CREDENTIALS,
  credentialsOf,
  type DeviceLogin,
  type EmergencyCode,
  type Passkey,
  type SignInLink,
} from './passkey.ts';
export { registeredPasskey, registrationOptions } from './register.ts';
export { PASSKEY_ROUTES, SIGNED_IN } from './routes.ts';
