/** The escapes of CEF. Header and extension have different ones, and neither has one for what a terminal obeys, or for what reorders and hides what a person reads. */
import { visible } from '@writ/core';

// eslint-disable-next-line no-control-regex -- control characters are exactly what is replaced
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;
// eslint-disable-next-line no-control-regex -- all of them but line feed and carriage return
const CONTROL_BUT_LINES = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** `text` as a field of the header: `\` and `|` are escaped, line breaks and other control characters are one space; other invisible ones are shown as `\u{…}`. */
export function escapeHeader(text: string): string {
  return visible(text.toWellFormed().replace(CONTROL, ' ')).replace(/[\\|]/g, '\\$&');
}

/** `text` as a value of the extension: `\` and `=` are escaped, line breaks are `\n` and `\r`, other control characters one space; other invisible ones are shown as `\u{…}`. */
export function escapeValue(text: string): string {
  return text
    .toWellFormed()
    .replace(CONTROL_BUT_LINES, ' ')
    .replace(/[^\n\r]+/g, (line) => visible(line))
    .replace(/[\\=]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r');
}
