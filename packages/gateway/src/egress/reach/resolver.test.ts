import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOneOrder } from './resolver.ts';

test('IPv4 stands before IPv6, which a machine without it could not reach', () => {
  expect(inOneOrder(['2600:9000::1', '52.84.1.9', '::ffff:1.2.3.4', '52.84.1.10'])).toEqual([
    '52.84.1.10',
    '52.84.1.9',
    '2600:9000::1',
    '::ffff:1.2.3.4',
  ]);
});

test('whatever order an answer has, its addresses have one', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(fc.ipV4(), fc.ipV6())), (addresses) => {
      expect(inOneOrder(addresses.toReversed())).toEqual(inOneOrder(addresses));
    }),
  );
});
