/** What servers start, and what either side tells. */
export { cancelledOf, isHint, passClientEvent, passServerEvent } from './event.ts';
export { judgeInputRequests, passServerRequest } from './request.ts';
