/** Where people are told. */
export { type ChannelRecord, CHANNELS, type MailTarget } from './channel.ts';
export { CHANNEL_ROUTES } from './routes.ts';
