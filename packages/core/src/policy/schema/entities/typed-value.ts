/** Values from JSON by the type that a schema gives them: a text becomes an address where the schema says so. */
import { didYouMean } from '../../language/index.ts';
import {
  CedarSet,
  constructValue,
  Datetime,
  Decimal,
  Duration,
  type ExactJson,
  IpAddress,
  isRecord,
  makeRecord,
  Uid,
  type Value,
  valueFromJson,
} from '../../value/index.ts';
import type { CedarSchema, CedarType, ExtensionName, RecordShape } from '../model/index.ts';
import { isFault } from '../../../kernel/index.ts';

/** What does not fit a schema, and where. */
export interface DataProblem {
  /** Lower case, one line. */
  readonly message: string;
  /** `entities[3].attrs.ip`. */
  readonly path: string;
  readonly hint?: string;
}

/** Collects problems while values are read. */
export class TypedReader {
  readonly problems: DataProblem[] = [];
  readonly #schema: CedarSchema;

  constructor(schema: CedarSchema) {
    this.#schema = schema;
  }

  /** Notes a problem; there is no value then. */
  fail(path: string, message: string, hint?: string): undefined {
    this.problems.push({ path, message, ...(hint === undefined ? {} : { hint }) });
    return undefined;
  }

  /** The value of `json` as `type`; explicit forms (`__entity`, `__extn`) are accepted as well. */
  value(json: ExactJson, type: CedarType, path: string): Value | undefined {
    switch (type.kind) {
      case 'bool':
        return typeof json === 'boolean' ? json : this.fail(path, `expected a Bool, found ${nameOf(json)}`);
      case 'string':
        return typeof json === 'string'
          ? this.#plain(json, path)
          : this.fail(path, `expected a String, found ${nameOf(json)}`);
      case 'long':
        return typeof json === 'number' || typeof json === 'bigint'
          ? this.#plain(json, path)
          : this.fail(path, `expected a Long, found ${nameOf(json)}`);
      case 'set':
        return this.#set(json, type.element, path);
      case 'record':
        return this.record(json, type, path);
      case 'entity':
        return this.entity(json, type.name, path);
      case 'extension':
        return this.#extension(json, type.name, path);
      default:
        return type satisfies never;
    }
  }

  /** A record with all that is required and nothing that is not declared. */
  record(json: ExactJson, shape: RecordShape, path: string): Value | undefined {
    const members = membersOf(json);
    if (members === undefined) return this.fail(path, `expected a record, found ${nameOf(json)}`);
    const entries: [string, Value][] = [];
    for (const [name, member] of Object.entries(members)) {
      const attribute = shape.attributes.get(name);
      const at = `${path}.${name}`;
      if (attribute === undefined)
        this.fail(at, `the attribute \`${name}\` is not declared`, didYouMean(name, shape.attributes.keys()));
      else {
        const value = this.value(member, attribute.type, at);
        if (value !== undefined) entries.push([name, value]);
      }
    }
    for (const [name, { required }] of shape.attributes)
      if (required && !Object.hasOwn(members, name))
        this.fail(path, `the attribute \`${name}\` is required and missing`);
    return makeRecord(entries);
  }

  /** The uid of an entity of type `name`. */
  entity(json: ExactJson, name: string, path: string): Uid | undefined {
    const uid = readUid(json);
    if (uid === undefined)
      return this.fail(path, `expected an entity, found ${nameOf(json)}`, '`{"type": …, "id": …}`');
    if (uid.type !== name)
      return this.fail(path, `expected an entity of type \`${name}\`, found one of \`${uid.type}\``);
    return this.knownId(uid, path);
  }

  /** `uid` where its type has it: an enumeration has only the ids it lists. */
  knownId(uid: Uid, path: string): Uid | undefined {
    const ids = this.#schema.entityTypes.get(uid.type)?.ids;
    if (ids === undefined || ids.has(uid.id)) return uid;
    return this.fail(path, `\`${uid.id}\` is none of the ids of \`${uid.type}\``, didYouMean(uid.id, ids));
  }

  #set(json: ExactJson, element: CedarType, path: string): Value | undefined {
    if (!Array.isArray(json)) return this.fail(path, `expected a Set, found ${nameOf(json)}`);
    const values = (json as readonly ExactJson[]).map((member, index) =>
      this.value(member, element, `${path}[${index}]`),
    );
    return new CedarSet(values.filter((value) => value !== undefined));
  }

  #extension(json: ExactJson, name: ExtensionName, path: string): Value | undefined {
    const fn = name === 'ipaddr' ? 'ip' : name;
    const value = typeof json === 'string' ? constructValue(fn, json) : this.#implicit(json, path);
    if (value === undefined) return this.fail(path, `expected a text that is a ${name}`);
    return extensionOf(value) === name ? value : this.fail(path, `expected a ${name}, found another value`);
  }

  /** `{"fn": …, "arg": …}` without its escape, which the schema makes plain. */
  #implicit(json: ExactJson, path: string): Value | undefined {
    const members = membersOf(json);
    if (members === undefined) return this.fail(path, `found ${nameOf(json)}`);
    return this.#plain(Object.hasOwn(members, '__extn') ? json : { __extn: json }, path);
  }

  #plain(json: ExactJson, path: string): Value | undefined {
    try {
      return valueFromJson(json);
    } catch (thrown) {
      if (!isFault(thrown)) throw thrown;
      return this.fail(path, thrown.message.replace('the request ', 'it '));
    }
  }
}

/** The uid that `json` writes, plainly or with `__entity`; `undefined` for anything else. */
export function readUid(json: ExactJson | undefined): Uid | undefined {
  const given = json === undefined ? undefined : membersOf(json);
  const members =
    given !== undefined && Object.hasOwn(given, '__entity') ? membersOf(given['__entity'] ?? null) : given;
  if (members === undefined) return undefined;
  const { type, id } = members;
  const isPlain = Object.keys(members).length === 2 && typeof type === 'string' && typeof id === 'string';
  return isPlain && type.isWellFormed() && id.isWellFormed() ? new Uid(type, id) : undefined;
}

/** The members of a JSON object; `undefined` for anything else. */
export function membersOf(json: ExactJson): { readonly [name: string]: ExactJson } | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as { readonly [name: string]: ExactJson })
    : undefined;
}

function extensionOf(value: Value): ExtensionName | undefined {
  if (typeof value !== 'object' || isRecord(value)) return undefined;
  if (value instanceof Decimal) return 'decimal';
  if (value instanceof IpAddress) return 'ipaddr';
  if (value instanceof Datetime) return 'datetime';
  return value instanceof Duration ? 'duration' : undefined;
}

function nameOf(json: ExactJson): string {
  if (json === null) return 'null';
  if (Array.isArray(json)) return 'a list';
  return typeof json === 'object' ? 'an object' : `a ${typeof json === 'bigint' ? 'number' : typeof json}`;
}
