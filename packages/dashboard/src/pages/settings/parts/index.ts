/** The parts of the settings. */
export { Appearance } from './appearance.tsx';
export { Channels } from './channels.tsx';
export { EmergencySettings } from './emergency.tsx';
export { PeopleSettings } from './people.tsx';
export { Providers } from './providers.tsx';
export { ReviewRule } from './review-rule.tsx';
export { SignInSettings } from './sign-in.tsx';
export { Teams } from './teams.tsx';
export { Tokens } from './tokens.tsx';
