/** Signing in to servers. */
export {
  type SignedIn,
  signIn,
  type SignInOptions,
  type SigningPerson,
  signOut,
} from './sign-in.ts';
