/** Worlds to compare engines in: policies as text, entities and requests as JSON, all made from one number. */
import { compareCodeUnits } from '../../src/kernel/index.ts';
