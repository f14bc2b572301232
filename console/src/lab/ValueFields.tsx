import { Input } from "antd";
import { type ReactNode, useId } from "react";
import type { Value } from "./data";

interface Props {
  name: string;
  value: Value;
  disabled: boolean;
  change: (value: Value) => void;
}

/** An outcome's own keys, however deep they go. */
export function ValueFields({ name, value, disabled, change }: Props) {
  if (typeof value === "object" && !Array.isArray(value)) {
    return (
      <div className="lab-fields">
        {Object.entries(value).map(([key, part]) => (
          <ValueFields
            key={key}
            name={name ? `${name} ${key}` : key}
            value={part}
            disabled={disabled}
            change={(next) => change({ ...value, [key]: next })}
          />
        ))}
      </div>
    );
  }
  const written = (text: string): Value => {
    if (Array.isArray(value)) return text.split(/\s*,\s*/).filter((one, at, all) => one !== "" || at < all.length - 1);
    return typeof value === "boolean" ? text === "true" : text;
  };
  return (
    <Field label={name.replaceAll("_", " ")}>
      {(id) => (
        <Input
          id={id}
          disabled={disabled}
          value={Array.isArray(value) ? value.join(", ") : String(value)}
          onChange={(event) => change(written(event.target.value))}
        />
      )}
    </Field>
  );
}

export function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="lab-field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}
