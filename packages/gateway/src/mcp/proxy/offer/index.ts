/** What the servers offer. */
export { MAX_TOOL_NAME, ToolCatalogue } from './catalogue.ts';
export { Directory } from './directory.ts';
