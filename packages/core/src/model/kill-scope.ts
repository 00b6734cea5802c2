/** What a kill switch stops. */
export type KillScope = 'agent' | 'server' | 'tool';
