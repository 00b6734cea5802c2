/** Tool definitions: what they may be, what makes them suspicious, and how they changed. */
export type { Concern } from './concern.ts';
export { defectOf, MAX_LISTING_LENGTH, MAX_TOOLS_PER_SERVER } from './defects.ts';
export { diffDefinitions } from './diff.ts';
export { type HeaderAnnotation, headerAnnotations } from './header-annotations.ts';
export { policyTools } from './policy-tools.ts';
export { createReview, pinnedTools, type ReviewDefinition, reviewText } from './review.ts';
