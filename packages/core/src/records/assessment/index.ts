/** Data-protection impact assessments. */
export { type Assessment, type AssessmentFacts, printAssessment } from './print-assessment.ts';
