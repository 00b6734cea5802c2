/** The gateway for MCP over standard input and output. */
export { StdioConnection } from './connection.ts';
export { DRAIN_MS, EXIT_DESERTED, EXIT_OK, runStdioGateway, type StdioGatewayOptions } from './run.ts';
