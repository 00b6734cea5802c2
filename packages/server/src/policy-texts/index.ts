/** Texts of policies, by what decisions name them. */
export { POLICY_TEXT_ROUTES } from './routes.ts';
