/** The operator's part of channels. */
export { type ChannelPorts, DEFAULT_CHANNEL_PORTS } from './ports.ts';
