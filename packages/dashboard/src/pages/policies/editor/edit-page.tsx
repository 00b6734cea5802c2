export { EditPage as Page } from './edit.tsx';
