/** Confinement by a container engine. */
export { containerDriver, type ContainerOptions } from './driver.ts';
