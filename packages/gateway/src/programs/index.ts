/** Programs that shell text runs, as policies read them. */
export { execDetails, wordsBehindSubcommand } from './exec-details.ts';
