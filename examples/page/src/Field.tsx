import type { InputName } from './checks.ts';

const LABELS: Record<InputName, { label: string; hint: string }> = {
  nationalId: { label: 'کد ملی', hint: '۱۰ رقم' },
  mobileNumber: { label: 'شمارهٔ موبایل', hint: 'مانند ۰۹۱۲۳۴۵۶۷۸۹' },
  cardNumber: { label: 'شمارهٔ کارت', hint: '۱۶ رقم روی کارت' },
  birthDate: { label: 'تاریخ تولد', hint: 'سال، ماه و روز شمسی، مانند ۱۳۷۰/۰۱/۳۱' },
};

interface FieldProps {
  readonly name: InputName;
  readonly value: string;
  /** What is wrong with the value; undefined when nothing is known to be. */
  readonly message: string | undefined;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
}

/** Digits run from left to right, Persian ones too; the server takes both kinds. */
export function Field({ name, value, message, disabled, onChange }: FieldProps) {
  const { label, hint } = LABELS[name];
  return (
    <div className="field">
      <label htmlFor={name}>{label}</label>
      <input
        id={name}
        name={name}
        dir="ltr"
        inputMode={name === 'birthDate' ? 'text' : 'numeric'}
        autoComplete="off"
        value={value}
        disabled={disabled}
        aria-invalid={message !== undefined}
        aria-describedby={`${name}-note`}
        onChange={event => onChange(event.target.value)}
      />
      <p id={`${name}-note`} className={message ? 'wrong' : 'hint'}>
        {message ?? hint}
      </p>
    </div>
  );
}
