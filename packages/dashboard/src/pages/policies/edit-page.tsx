export { EditPage as Page } from './editor/index.ts';
