import { Modal } from "antd";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useOnce } from "@/shared/once";

/** A key and what it does. `label` is a full key of the words: `cases:keys.next`. */
export interface Shortcut {
  key: string;
  label: string;
  run: (event: KeyboardEvent) => void;
}

type Registered = Map<symbol, { current: readonly Shortcut[] }>;
const Context = createContext<{ current: Registered } | null>(null);

function typing(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return Boolean(element?.closest?.("input, textarea, select, [contenteditable='true'], [role='combobox'], [role='listbox']"));
}

/** Enter and the space bar belong to a button or link that somebody went to by Tab: no list may take them away. */
function pressing(event: KeyboardEvent): boolean {
  const element = event.target as HTMLElement | null;
  return (event.key === "Enter" || event.key === " ") && Boolean(element?.closest?.("button, a[href], summary, [role='tab']"));
}

/** While a dialog is open its keys are its own: only shortcuts that it registered itself are heard. */
function behindDialog(): boolean {
  return document.querySelector(".ant-modal-wrap:not([style*='display: none'])") !== null;
}

/** Keys of a screen, for as long as it is drawn; they rest while somebody types. */
export function useShortcuts(shortcuts: readonly Shortcut[], when = true): void {
  const registered = useContext(Context);
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    if (!registered || !when) return;
    const id = Symbol("shortcuts");
    registered.current.set(id, latest);
    return () => void registered.current.delete(id);
  }, [registered, when]);
}

export function Shortcuts({ children }: { children: ReactNode }) {
  const registered = useRef<Registered>(new Map());
  const [help, setHelp] = useState<readonly Shortcut[] | null>(null);
  const asked = useOnce(help !== null);
  const tabbed = useRef(false); // a click leaves the focus behind too, and J and Enter go on from there
  const pressed = useCallback((event: KeyboardEvent) => {
    if (event.key === "Tab") tabbed.current = true;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || behindDialog())
      return;
    if (tabbed.current && pressing(event)) return;
    const all = [...registered.current.values()].flatMap((one) => one.current).reverse(); // the innermost screen first
    if (event.key === "?") {
      setHelp(all);
      return;
    }
    const found = all.find((one) => one.key.toLowerCase() === event.key.toLowerCase());
    if (found) {
      event.preventDefault();
      tabbed.current = false;
      found.run(event);
    }
  }, []);
  useEffect(() => {
    const clicked = () => {
      tabbed.current = false;
    };
    document.addEventListener("keydown", pressed);
    document.addEventListener("pointerdown", clicked);
    return () => {
      document.removeEventListener("keydown", pressed);
      document.removeEventListener("pointerdown", clicked);
    };
  }, [pressed]);
  return (
    <Context value={registered}>
      {children}
      {asked && <Help shortcuts={help} close={() => setHelp(null)} />}
    </Context>
  );
}

function Help({ shortcuts, close }: { shortcuts: readonly Shortcut[] | null; close: () => void }) {
  const { t } = useTranslation();
  const shown = new Map((shortcuts ?? []).map((one) => [one.key.toLowerCase(), one]));
  return (
    <Modal open={shortcuts !== null} onCancel={close} footer={null} title={t("app:keys.title")}>
      <dl className="keys">
        {[...shown.values()].reverse().map((one) => (
          <div key={one.key}>
            <dt>
              <kbd>{one.key.length === 1 ? one.key.toUpperCase() : one.key}</kbd>
            </dt>
            <dd>{t(one.label)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>?</kbd>
          </dt>
          <dd>{t("app:keys.help")}</dd>
        </div>
      </dl>
    </Modal>
  );
}
