/** Fields of forms: each with its label, what is expected, and what is wrong with what was given. */
import { type ReactNode, useId } from 'react';

const BOX = 'mt-1 w-full rounded-md border border-edge bg-panel px-3 py-1.5 text-sm aria-invalid:border-deny';

interface FieldProps {
  readonly label: string;
  /** What is expected. */
  readonly hint?: ReactNode;
  /** Why what was given was refused. */
  readonly wrong?: string | undefined;
}

function Field({
  id,
  label,
  hint,
  wrong,
  children,
}: FieldProps & { readonly id: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="mt-3">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      {hint !== undefined && (
        <p id={`${id}-hint`} className="mt-0.5 text-xs text-ink-3">
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p id={`${id}-wrong`} className="mt-0.5 text-xs text-deny">
          {wrong}
        </p>
      )}
    </div>
  );
}

function described(id: string, { hint, wrong }: FieldProps): object {
  const by = [hint === undefined ? '' : `${id}-hint`, wrong === undefined ? '' : `${id}-wrong`];
  return {
    'aria-describedby': by.filter((one) => one !== '').join(' ') || undefined,
    'aria-invalid': wrong === undefined ? undefined : true,
  };
}

export function TextField({
  value,
  onChange,
  type = 'text',
  lines = 1,
  isRequired = false,
  longest = 500,
  placeholder,
  ...field
}: FieldProps & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'email' | 'date' | 'number' | 'url';
  readonly lines?: number;
  readonly isRequired?: boolean;
  readonly longest?: number;
  readonly placeholder?: string;
}): ReactNode {
  const id = useId();
  const shared = {
    id,
    value,
    required: isRequired,
    maxLength: longest,
    placeholder,
    spellCheck: false,
    autoComplete: 'off',
    className: BOX,
    ...described(id, field),
  };
  return (
    <Field id={id} {...field}>
      {lines > 1 ? (
        <textarea {...shared} rows={lines} onChange={(event) => onChange(event.target.value)} />
      ) : (
        <input {...shared} type={type} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

/** One out of few; an empty value is `none`, where there is one. */
export function SelectField({
  value,
  onChange,
  options,
  none,
  isRequired = false,
  ...field
}: FieldProps & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, shown: string])[];
  readonly none?: string;
  readonly isRequired?: boolean;
}): ReactNode {
  const id = useId();
  return (
    <Field id={id} {...field}>
      <select
        id={id}
        value={value}
        required={isRequired}
        className={`${BOX} h-8`}
        onChange={(event) => onChange(event.target.value)}
        {...described(id, field)}
      >
        {none !== undefined && <option value="">{none}</option>}
        {options.map(([one, shown]) => (
          <option key={one} value={one}>
            {shown}
          </option>
        ))}
      </select>
    </Field>
  );
}

/** Any of few. */
export function ChecksField({
  label,
  hint,
  options,
  values,
  onChange,
}: FieldProps & {
  readonly options: readonly (readonly [value: string, shown: ReactNode])[];
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
}): ReactNode {
  return (
    <fieldset className="mt-3">
      <legend className="text-sm font-medium">{label}</legend>
      <div className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
        {options.map(([one, shown]) => (
          <label key={one} className="inline-flex min-h-6 items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={values.includes(one)}
              onChange={({ target }) =>
                onChange(target.checked ? [...values, one] : values.filter((value) => value !== one))
              }
            />
            {shown}
          </label>
        ))}
        {options.length === 0 && <span className="text-sm text-ink-3">There are none yet.</span>}
      </div>
      {hint !== undefined && <p className="mt-0.5 text-xs text-ink-3">{hint}</p>}
    </fieldset>
  );
}
