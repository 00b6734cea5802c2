import { expect, test } from 'vitest';
import { ownPlaces } from './own-places.ts';

const isOwnPlace = ownPlaces(
  () => new Set([8650]),
  () => ['127.0.0.1', '192.168.7.7', 'fe80::1%eth0', '2a00:db8::7'],
);

test.each([
  ['loopback', '127.0.0.1'],
  ['another loopback', '127.9.9.9'],
  ['mapped loopback', '::ffff:127.0.0.1'],
  ['what Linux takes for itself', '0.0.0.0'],
  ['the same in IPv6', '::'],
  ['an interface of this machine', '192.168.7.7'],
  ['an interface of this machine, mapped', '::ffff:192.168.7.7'],
  ['an interface of this machine over IPv6', '2a00:db8:0::7'],
  ['a link-local one', 'fe80::1'],
  ['what is no address', 'localhost'],
])('a door of Writ is reached by %s', (_what, address) => {
  expect(isOwnPlace(address, 8650)).toBe(true);
});

test.each([
  ['another port of this machine', '127.0.0.1', 80],
  ['another machine', '192.168.7.8', 8650],
  ['another machine, mapped', '::ffff:192.168.7.8', 8650],
  ['another machine over IPv6', '2a00:db8::8', 8650],
])('no door of Writ is %s', (_what, address, port) => {
  expect(isOwnPlace(address, port)).toBe(false);
});
