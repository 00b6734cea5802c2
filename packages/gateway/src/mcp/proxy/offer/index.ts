/** What the servers offer. */
export { policyTools } from './policy-tools.ts';
export { MAX_TOOL_NAME, ToolCatalogue } from './catalogue.ts';
export { Directory } from './directory.ts';
