/** The filter of system calls that every sandbox stands under. */
export { containerSeccomp } from './container-profile.ts';
export { seccompFilter } from './filter.ts';
export { ARCHITECTURES, type Architecture, SECCOMP_RULES, UNCOUNTED_MEMORY_RULES } from './rules.ts';
