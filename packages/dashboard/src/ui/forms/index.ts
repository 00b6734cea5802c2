/** Forms, and what is shown once. */
export { ChecksField, SelectField, TextField } from './fields.tsx';
export { FormDialog, type FormDialogProps, type WrongFields } from './form-dialog.tsx';
export { Secret } from './secret.tsx';
