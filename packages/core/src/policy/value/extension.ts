/** Extension values from their texts: what `decimal("1.0")` and its JSON form mean. */
import { Datetime } from './datetime.ts';
import { Decimal } from './decimal.ts';
import { Duration } from './duration.ts';
import { IpAddress } from './ip-address.ts';

/** Functions that make a value from a text. */
export const CONSTRUCTORS = ['decimal', 'ip', 'datetime', 'duration'] as const;
export type Constructor = (typeof CONSTRUCTORS)[number];

/** A value of an extension. */
export type ExtensionValue = Decimal | IpAddress | Datetime | Duration;

/** Whether `name` is a constructor. */
export function isConstructor(name: string): name is Constructor {
  return (CONSTRUCTORS as readonly string[]).includes(name);
}

/** The value of `name(text)`; `undefined` where the text is none. */
export function constructValue(name: Constructor, text: string): ExtensionValue | undefined {
  switch (name) {
    case 'decimal':
      return Decimal.parse(text);
    case 'ip':
      return IpAddress.parse(text);
    case 'datetime':
      return Datetime.parse(text);
    case 'duration':
      return Duration.parse(text);
    default:
      return name satisfies never;
  }
}
