/** API tokens as text: a prefix that scanners know, 256 random bits, and a checksum that finds a slip of the pen without looking anywhere. */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { type Random, toHex } from '@writ/core';

/** First characters of every token. */
export const TOKEN_PREFIX = 'writ_';
const SECRET_BYTES = 32;
/** Base 62, so that a double click takes the whole of it: 43 digits hold 256 bits, 6 hold the 32 of the checksum. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const SECRET_DIGITS = 43;
const CHECKSUM_DIGITS = 6;
const TOKEN = /^writ_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$/;
/** Hexadecimal digits of the hash that name a token: they tell nothing of it. */
const ID_DIGITS = 16;

/** A new token. */
export function createTokenText(random: Random): string {
  const secret = inBase62(BigInt(`0x${toHex(random.bytes(SECRET_BYTES))}`), SECRET_DIGITS);
  return `${TOKEN_PREFIX}${secret}${checksum(secret)}`;
}

/** Whether `text` has the form of a token, checksum included. */
export function isTokenText(text: string): boolean {
  const [, secret = '', given] = TOKEN.exec(text) ?? [];
  return given !== undefined && checksum(secret) === given;
}

/** SHA-256 of the text: enough for 256 random bits, which nobody can guess. */
export function tokenHash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Id of the token with `hash`, for files, lists and the record. */
export function tokenId(hash: Buffer): string {
  return hash.toString('hex').slice(0, ID_DIGITS);
}

function checksum(secret: string): string {
  return inBase62(BigInt(crc32(`${TOKEN_PREFIX}${secret}`)), CHECKSUM_DIGITS);
}

function inBase62(value: bigint, length: number): string {
  let rest = value;
  let text = '';
  for (let at = 0; at < length; at += 1) {
    text = `${DIGITS[Number(rest % 62n)]}${text}`;
    rest /= 62n;
  }
  return text;
}
