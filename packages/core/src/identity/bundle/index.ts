/** Signed bundles: what a node is governed by. */
export {
  type BundlePlace,
  bundleMark,
  bundleScope,
  requireNewerBundle,
  requireOwnBundle,
} from './acceptance.ts';
export {
  type BundleContent,
  prepareBundle,
  signBundle,
  type VerifiedBundle,
  verifyBundle,
} from './signed-bundle.ts';
export { type BundleStanding, bundleStanding, OUT_OF_REACH_MS } from './standing.ts';
export { parseTrustAnchors, type TrustAnchor } from './trust-anchor.ts';
