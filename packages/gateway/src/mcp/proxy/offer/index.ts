/** What the servers offer. */
export { policyTools } from './policy-tools.ts';
export { type CatalogueEntry, MAX_TOOL_NAME, ToolCatalogue } from './catalogue.ts';
export { Directory, type DirectoryKind } from './directory.ts';
