/** Where policies are written. */
export { EditPage } from './edit.tsx';
