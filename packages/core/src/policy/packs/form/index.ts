/** The YAML form of a pack, read into typed rules with places. */
export { readDocument } from './read-document.ts';
export { type PlacedValue, readYaml } from './yaml.ts';
export {
  type ArgumentConstraint,
  type ArgumentPath,
  type ArgumentTest,
  type Literal,
  type PackDocument,
  type PackRule,
  type Subjects,
  type ToolPatterns,
  VERBS,
  WEEKDAYS,
} from './document.ts';
