/** The gateway for MCP over standard input and output. */
export { DRAIN_MS, EXIT_DESERTED, EXIT_OK, runStdioGateway, type StdioGatewayOptions } from './run.ts';
