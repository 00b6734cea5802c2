/**
 * Names of the semantic conventions of OpenTelemetry 1.45.0; a test compares them with its package. Those under `gen_ai.` and `mcp.` are at status Development there and
 * may change; those under `writ.` are ours.
 */

/** The conventions that the names are of. */
export const SCHEMA_URL = 'https://opentelemetry.io/schemas/1.45.0';

export const SERVICE_NAME = 'service.name';
export const SERVICE_VERSION = 'service.version';
export const SERVICE_INSTANCE_ID = 'service.instance.id';
export const ERROR_TYPE = 'error.type';
export const GEN_AI_OPERATION_NAME = 'gen_ai.operation.name';
export const EXECUTE_TOOL = 'execute_tool';
export const GEN_AI_TOOL_NAME = 'gen_ai.tool.name';
export const GEN_AI_AGENT_ID = 'gen_ai.agent.id';
export const GEN_AI_CONVERSATION_ID = 'gen_ai.conversation.id';
export const MCP_METHOD_NAME = 'mcp.method.name';
