/** Hosts that words name. */
export { addHost, addUnresolvedHost } from './add-host.ts';
export { hostsOfText } from './urls.ts';
export { addRepositoryHost, scpHost } from './repository.ts';
