/** Types in Cedar's JSON schema form to resolved types. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/index.ts';
import { didYouMean } from '../../language/index.ts';
import { BUILT_IN, candidates, type Declared, EXTENSIONS } from './names.ts';
import type { AttributeType, CedarType, ExtensionName, RecordShape } from './types.ts';

/** What is wrong with a schema, with the place in its JSON form. */
export interface SchemaProblem {
  readonly message: string;
  /** `entityTypes.Agent.shape.attributes.team`. */
  readonly path: string;
  readonly hint?: string;
}

/** Ends the reading of one declaration. */
export class SchemaRefused extends Error {
  readonly problem: SchemaProblem;

  constructor(problem: SchemaProblem) {
    super(problem.message);
    this.name = 'SchemaRefused';
    this.problem = problem;
  }
}

/** Where a type stands: its namespace, its path, and the common types it is being read for. */
export interface Place {
  readonly namespace: string;
  readonly path: string;
  readonly within: readonly string[];
}

/** Deepest nesting of one type. */
const MAX_DEPTH = 64;
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Set: ['element'],
  Record: ['attributes', 'additionalAttributes'],
  Entity: ['name'],
  EntityOrCommon: ['name'],
  Extension: ['name'],
};

/** Resolves types against what is declared. */
export class TypeReader {
  readonly #declared: Declared;
  readonly #commons = new Map<string, CedarType>();

  constructor(declared: Declared) {
    this.#declared = declared;
  }

  /** The type of `json`. Throws {@link SchemaRefused}. */
  read(json: JsonValue | undefined, place: Place, depth = 0): CedarType {
    if (!isJsonObject(json)) throw refuse(place, 'expected a type');
    if (depth > MAX_DEPTH) throw refuse(place, `the type is nested more than ${MAX_DEPTH} levels deep`);
    const { type } = json;
    if (typeof type !== 'string') throw refuse(place, 'a type says what it is with `type`');
    this.#refuseUnknown(json, ['type', 'required', 'annotations', ...(KEYS[type] ?? [])], place);
    switch (type) {
      case 'Set':
        return { kind: 'set', element: this.read(json['element'], below(place, 'element'), depth + 1) };
      case 'Record':
        return this.record(json, place, depth);
      case 'Entity':
        return { kind: 'entity', name: this.entityName(json['name'], place) };
      case 'Extension':
        return extension(json['name'], place);
      case 'EntityOrCommon':
        return this.#named(json['name'], place, depth);
      case 'String':
      case 'Long':
      case 'Boolean':
        return builtIn(type);
      default:
        return this.#common(type, place, depth);
    }
  }

  /** A record written out, `attributes` included. */
  record(json: JsonObject, place: Place, depth = 0): RecordShape {
    const given = json['attributes'];
    if (given !== undefined && !isJsonObject(given)) throw refuse(place, '`attributes` is no object');
    if (json['additionalAttributes'] === true)
      throw refuse(place, 'a record with attributes that are not declared is not supported');
    const attributes = new Map<string, AttributeType>();
    for (const [name, member] of Object.entries(given ?? {})) {
      const at = below(place, `attributes.${name}`);
      if (!isJsonObject(member)) throw refuse(at, 'expected a type');
      attributes.set(name, {
        type: this.read(member, at, depth + 1),
        required: member['required'] !== false,
      });
    }
    return { kind: 'record', attributes };
  }

  /** The qualified name of a declared entity type. */
  entityName(name: JsonValue | undefined, place: Place): string {
    if (typeof name !== 'string') throw refuse(place, 'expected the name of an entity type');
    const found = candidates(place.namespace, name).find((candidate) =>
      this.#declared.entities.has(candidate),
    );
    if (found !== undefined) return found;
    throw refuse(
      place,
      `the entity type \`${name}\` is not declared`,
      didYouMean(name, this.#declared.entities.keys()),
    );
  }

  #named(name: JsonValue | undefined, place: Place, depth: number): CedarType {
    if (typeof name !== 'string') throw refuse(place, 'expected the name of a type');
    if (name.startsWith('__cedar::')) return plain(name.slice('__cedar::'.length), place);
    for (const candidate of candidates(place.namespace, name)) {
      if (this.#declared.commons.has(candidate)) return this.#commonType(candidate, place, depth);
      if (this.#declared.entities.has(candidate)) return { kind: 'entity', name: candidate };
    }
    return plain(name, place, [...this.#declared.commons.keys(), ...this.#declared.entities.keys()]);
  }

  #common(name: string, place: Place, depth: number): CedarType {
    const found = candidates(place.namespace, name).find((candidate) =>
      this.#declared.commons.has(candidate),
    );
    if (found !== undefined) return this.#commonType(found, place, depth);
    throw refuse(
      place,
      `the type \`${name}\` is not declared`,
      didYouMean(name, this.#declared.commons.keys()),
    );
  }

  #commonType(name: string, place: Place, depth: number): CedarType {
    const known = this.#commons.get(name);
    if (known !== undefined) return known;
    if (place.within.includes(name)) throw refuse(place, `the type \`${name}\` is made of itself`);
    const { namespace, json } = this.#declared.commons.get(name) as { namespace: string; json: JsonObject };
    const type = this.read(json, { namespace, path: place.path, within: [...place.within, name] }, depth + 1);
    this.#commons.set(name, type);
    return type;
  }

  #refuseUnknown(json: JsonObject, known: readonly string[], place: Place): void {
    const unknown = Object.keys(json).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw refuse(place, `\`${unknown}\` is not known here`, didYouMean(unknown, known));
  }
}

function builtIn(name: string): CedarType {
  return { kind: BUILT_IN.get(name) ?? 'string' };
}

function plain(name: string, place: Place, others: readonly string[] = []): CedarType {
  const kind = BUILT_IN.get(name);
  if (kind !== undefined) return { kind };
  if (EXTENSIONS.has(name)) return { kind: 'extension', name: name as ExtensionName };
  const known = [...others, 'Bool', 'Long', 'String', ...EXTENSIONS];
  throw refuse(place, `the type \`${name}\` is not declared`, didYouMean(name, known));
}

function extension(name: JsonValue | undefined, place: Place): CedarType {
  if (typeof name === 'string' && EXTENSIONS.has(name))
    return { kind: 'extension', name: name as ExtensionName };
  const shown = typeof name === 'string' ? name : '';
  throw refuse(place, `the extension type \`${shown}\` is not known`, didYouMean(shown, EXTENSIONS));
}

/** A place one step down. */
export function below(place: Place, step: string): Place {
  return { ...place, path: `${place.path}.${step}` };
}

/** The refusal of what stands at `place`. */
export function refuse({ path }: Place, message: string, hint?: string): SchemaRefused {
  return new SchemaRefused({ message, path, ...(hint === undefined ? {} : { hint }) });
}
