/** Packs: the YAML front of policies, packs to start from, and importers of other products' policy files. */
export { type CompiledPack, compilePack, type PackOptions } from './compile-pack.ts';
export type { PackMapping } from './cedar/index.ts';
export {
  createPatternMatcher,
  type PatternDeclaration,
  type PatternMatcher,
  type PatternTest,
} from './patterns/index.ts';
export { type StarterPack, starterPacks } from './starter/index.ts';
export {
  type ImportedPolicies,
  importAgentGovernanceToolkit,
  importAgentgateway,
  importAuthensor,
  importCedar,
  type ImportNote,
  type ImportOptions,
} from './import/index.ts';
