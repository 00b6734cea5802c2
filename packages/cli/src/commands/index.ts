/** The commands, one file or folder each. */
export { addApprovals } from './approvals/index.ts';
export { addClientConfig } from './client-config.ts';
export { addDecide } from './decide.ts';
export { addDoctor } from './doctor.ts';
export { addGateway } from './gateway/index.ts';
export { addInit } from './init.ts';
export { addKey } from './key/index.ts';
export { addKill } from './kill.ts';
export { addLog } from './log/index.ts';
export { addMcp } from './mcp.ts';
export { addMirror } from './mirror/index.ts';
export { addPolicy } from './policy/index.ts';
export { addServer } from './server/index.ts';
export { addToken } from './token/index.ts';
export { addTools } from './tools/index.ts';
export { addWitness } from './witness.ts';
