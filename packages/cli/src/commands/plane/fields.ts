/** Fields of objects, as they are typed after a command. */
import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { Fault, isJsonObject, type JsonObject, type JsonValue, parseStrictJson } from '@writ/core';

/** Standard input, as a file name. */
const STANDARD_INPUT = 0;

/** For commander: `name=value`, one after the other. What reads as JSON is that, and anything else text. */
export function collectField(text: string, before: JsonObject): JsonObject {
  const equals = text.indexOf('=');
  const name = text.slice(0, Math.max(0, equals));
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) throw new InvalidArgumentError('expected NAME=VALUE');
  if (Object.hasOwn(before, name)) throw new InvalidArgumentError(`\`${name}\` is given twice`);
  return { ...before, [name]: valueOf(text.slice(equals + 1)) };
}

function valueOf(text: string): JsonValue {
  // A word is text; a list, an object, a number or a boolean is what it looks like.
  if (!/^(?:[[{"]|-?\d+(?:\.\d+)?$|true$|false$|null$)/.test(text)) return text;
  try {
    return parseStrictJson(text);
  } catch {
    throw new InvalidArgumentError('it begins as JSON and is none');
  }
}

/** The object in the file `name`, `-` for standard input. Throws `cli.usage`. */
export function readBody(name: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(name === '-' ? STANDARD_INPUT : name, 'utf8');
  } catch (cause) {
    throw new Fault('cli.usage', `cannot read \`${name}\``, {}, { cause });
  }
  const value = parseStrictJson(text);
  if (isJsonObject(value)) return value;
  throw new Fault('cli.usage', `what stands in \`${name}\` is no JSON object`);
}
