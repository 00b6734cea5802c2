/** Breaches: whom they concern, and what is told. */
export { BY_HAND, type BreachPrint, printBreach } from './print-breach.ts';
export { type BreachScope, type BreachSurvey, MAX_PEOPLE, surveyBreach } from './survey-breach.ts';
