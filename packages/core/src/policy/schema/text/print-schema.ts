/** Cedar's JSON schema form to schema text, whose parsing gives the same schema. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/index.ts';
import { quote } from '../../language/index.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** The longest record that stands on one line. */
const MAX_LINE = 100;
const INDENT = '  ';

/** The text of a schema, declarations in the order given. Annotations are kept. */
export function printSchemaText(json: JsonObject): string {
  return Object.entries(json)
    .map(([name, body]) => {
      const declarations = isJsonObject(body) ? printNamespace(body) : [];
      if (name === '') return declarations.join('\n');
      const inner = declarations.map((declaration) => declaration.replaceAll(/^(?=.)/gm, INDENT));
      return `${annotationsOf(isJsonObject(body) ? body : {})}namespace ${name} {\n${inner.join('\n')}\n}`;
    })
    .join('\n\n')
    .concat('\n');
}

function printNamespace(body: JsonObject): readonly string[] {
  const each = (key: string, print: (name: string, json: JsonObject) => string): readonly string[] => {
    const members = body[key];
    if (!isJsonObject(members)) return [];
    return Object.entries(members).map(([name, json]) => {
      const declared = isJsonObject(json) ? json : {};
      return `${annotationsOf(declared)}${print(name, declared)}`;
    });
  };
  return [
    ...each('commonTypes', (name, json) => `type ${name} = ${printType(json)};`),
    ...each('entityTypes', printEntity),
    ...each('actions', printAction),
  ];
}

function printEntity(name: string, { enum: ids, memberOfTypes, shape, tags }: JsonObject): string {
  if (Array.isArray(ids)) return `entity ${name} enum [${ids.map((id) => quote(String(id))).join(', ')}];`;
  const parents =
    Array.isArray(memberOfTypes) && memberOfTypes.length > 0 ? ` in [${memberOfTypes.join(', ')}]` : '';
  const record = isJsonObject(shape) ? ` = ${printType(shape)}` : '';
  const tagged = isJsonObject(tags) ? ` tags ${printType(tags)}` : '';
  return `entity ${name}${parents}${record}${tagged};`;
}

function printAction(name: string, { memberOf, appliesTo }: JsonObject): string {
  const groups = Array.isArray(memberOf) ? (memberOf as readonly JsonValue[]).map(printGroup) : [];
  const within = groups.length === 0 ? '' : ` in [${groups.join(', ')}]`;
  if (!isJsonObject(appliesTo)) return `action ${wordOf(name)}${within};`;
  const { principalTypes, resourceTypes, context } = appliesTo;
  const list = (names: JsonValue | undefined): string => `[${Array.isArray(names) ? names.join(', ') : ''}]`;
  const lines = [`principal: ${list(principalTypes)}`, `resource: ${list(resourceTypes)}`];
  if (isJsonObject(context)) lines.push(`context: ${printType(context).replaceAll('\n', `\n${INDENT}`)}`);
  return `action ${wordOf(name)}${within} appliesTo {\n${lines.map((line) => `${INDENT}${line},\n`).join('')}};`;
}

function printGroup(group: JsonValue): string {
  const { id, type } = isJsonObject(group) ? group : {};
  const text = quote(typeof id === 'string' ? id : '');
  return typeof type === 'string' ? `${type}::${text}` : text;
}

function printType(json: JsonObject): string {
  const { type, element, name, attributes } = json;
  if (type === 'Set') return `Set<${isJsonObject(element) ? printType(element) : ''}>`;
  if (type === 'Record') return printRecord(isJsonObject(attributes) ? attributes : {});
  if (type === 'EntityOrCommon' || type === 'Entity' || type === 'Extension')
    return typeof name === 'string' ? name : '';
  return type === 'Boolean' ? 'Bool' : typeof type === 'string' ? type : '';
}

function printRecord(attributes: JsonObject): string {
  const members = Object.entries(attributes).map(([name, json]) => {
    const declared = isJsonObject(json) ? json : {};
    const optional = declared['required'] === false ? '?' : '';
    return `${annotationsOf(declared)}${wordOf(name)}${optional}: ${printType(declared)}`;
  });
  if (members.length === 0) return '{}';
  const line = `{ ${members.join(', ')} }`;
  if (line.length <= MAX_LINE && !line.includes('\n')) return line;
  return `{\n${members.map((member) => `${INDENT}${member.replaceAll('\n', `\n${INDENT}`)},\n`).join('')}}`;
}

function wordOf(name: string): string {
  return NAME.test(name) ? name : quote(name);
}

function annotationsOf({ annotations }: JsonObject): string {
  if (!isJsonObject(annotations)) return '';
  return Object.entries(annotations)
    .map(
      ([name, value]) => `@${name}${typeof value === 'string' && value !== '' ? `(${quote(value)})` : ''}\n`,
    )
    .join('');
}
