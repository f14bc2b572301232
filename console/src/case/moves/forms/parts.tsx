import { Input, Radio } from "antd";
import { type ReactNode, useId, useRef } from "react";
import { useTranslation } from "react-i18next";
import { VoiceButton } from "@/shared/voice";

/** A field with its label above and its help below. */
export function Field({ label, help, children, id }: { label: string; help?: ReactNode; children: ReactNode; id?: string }) {
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children}
      {help && <div className="field-help">{help}</div>}
    </div>
  );
}

interface NoteProps {
  label: string;
  value: string;
  onChange: (change: (before: string) => string) => void;
  max: number;
  required?: boolean;
  rows?: number;
}

/** The opinion: typed, or said (U-07). What is said is added where the last word ended. */
export function NoteField({ label, value, onChange, max, required, rows = 3 }: NoteProps) {
  const { t } = useTranslation("case");
  const id = useId();
  const latest = useRef(onChange);
  latest.current = onChange;
  return (
    <Field
      id={id}
      label={label}
      help={
        <span className="note-foot">
          <VoiceButton
            onText={(said) =>
              latest.current((before) => `${before}${before && !/[\s。，]$/.test(before) ? " " : ""}${said}`.slice(0, max))
            }
          />
          <span className="figures">
            {value.length} / {max}
            {required && ` · ${t("form.required")}`}
          </span>
        </span>
      }
    >
      <Input.TextArea
        id={id}
        value={value}
        rows={rows}
        maxLength={max}
        aria-required={required}
        onChange={(event) => {
          const text = event.target.value;
          onChange(() => text);
        }}
      />
    </Field>
  );
}

export interface Option {
  value: string;
  label: ReactNode;
  help?: ReactNode;
  disabled?: boolean;
}

/** A few ways, one of which is taken; each may say more below its name. */
export function Ways({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string | null;
  options: readonly Option[];
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <fieldset className="field ways" aria-labelledby={id}>
      <p className="field-label" id={id}>
        {label}
      </p>
      <Radio.Group value={value} onChange={(event) => onChange(event.target.value as string)}>
        {options.map((one) => (
          <Radio key={one.value} value={one.value} disabled={one.disabled}>
            {one.label}
            {one.help && <span className="way-help">{one.help}</span>}
          </Radio>
        ))}
      </Radio.Group>
    </fieldset>
  );
}

/** A note as it is sent: not at all where nothing was written. */
export const noted = (draft: { note: string }) => (draft.note.trim() ? { note: draft.note.trim() } : {});
