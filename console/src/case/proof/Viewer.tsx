import {
  CloseOutlined, ColumnWidthOutlined, LeftOutlined, RightOutlined, RotateLeftOutlined, RotateRightOutlined, ZoomInOutlined, ZoomOutOutlined,
} from "@ant-design/icons"; // biome-ignore format: a list
import { type PointerEvent, type ReactNode, useCallback, useEffect, useRef, useState, type WheelEvent } from "react";
import { createPortal } from "react-dom";
import { useTranslation } from "react-i18next";
import { useSay } from "@/api/words";
import type { Evidence } from "../data";
import { isVideo } from "./media";

interface View {
  zoom: number;
  turn: number;
  x: number;
  y: number;
}
const STRAIGHT: View = { zoom: 1, turn: 0, x: 0, y: 0 };
const STEP = 1.25;
const MOVE = 60;
const clamp = (zoom: number) => Math.min(12, Math.max(0.25, zoom));

interface Props {
  pieces: readonly Evidence[];
  start: number;
  beside: boolean;
  onClose: () => void;
}

/** Pictures and films large: zoom, turn, move, one beside the other; everything by keys too (← → + − R L S C 0 Esc, ↑ ↓ and Shift with ← → move it). */
export function Viewer({ pieces, start, beside: besideAtFirst, onClose }: Props) {
  const { t } = useTranslation("case");
  const [at, setAt] = useState(start);
  const [beside, setBeside] = useState(besideAtFirst);
  const [second, setSecond] = useState(() => partner(pieces, start));
  const [chosen, setChosen] = useState<0 | 1>(0);
  const [views, setViews] = useState<readonly [View, View]>([STRAIGHT, STRAIGHT]);
  const frame = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const turnTo = useCallback(
    (which: 0 | 1, change: (view: View) => View) =>
      setViews(([one, other]) => (which === 0 ? [change(one), other] : [one, change(other)])),
    [],
  );
  const step = useCallback(
    (by: number) => {
      const next = (now: number) => (now + by + pieces.length) % pieces.length;
      if (beside && chosen === 1) setSecond(next);
      else setAt(next);
      turnTo(beside ? chosen : 0, () => STRAIGHT);
    },
    [pieces.length, beside, chosen, turnTo],
  );
  const which = beside ? chosen : 0;
  const act = (key: string, shift = false): boolean => {
    const change = (done: (view: View) => View) => {
      turnTo(which, done);
      return true;
    };
    switch (key) {
      case "ArrowRight":
      case "ArrowLeft": {
        const by = key === "ArrowRight" ? 1 : -1;
        if (shift) return change((view) => ({ ...view, x: view.x - by * MOVE }));
        step(by);
        return true;
      }
      case "ArrowUp":
        return change((view) => ({ ...view, y: view.y + MOVE }));
      case "ArrowDown":
        return change((view) => ({ ...view, y: view.y - MOVE }));
      case "+":
      case "=":
        return change((view) => ({ ...view, zoom: clamp(view.zoom * STEP) }));
      case "-":
        return change((view) => ({ ...view, zoom: clamp(view.zoom / STEP) }));
      case "r":
      case "l":
        return change((view) => ({ ...view, turn: view.turn + (key === "r" ? 90 : -90) }));
      case "0":
        return change(() => STRAIGHT);
      case "s":
        setBeside((is) => pieces.length > 1 && !is);
        return true;
      case "c":
        setChosen((is) => (is === 0 ? 1 : 0));
        return true;
      case "Escape":
        close.current();
        return true;
      default:
        return false;
    }
  };
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    frame.current?.focus();
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (!latest.current(event.key.length === 1 ? event.key.toLowerCase() : event.key, event.shiftKey)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    document.addEventListener("keydown", pressed, true);
    return () => {
      document.removeEventListener("keydown", pressed, true);
      before?.focus();
    };
  }, []);
  const tool = (key: string, icon: ReactNode, label: string, pressed?: boolean) => (
    <button
      type="button"
      onClick={() => act(key)}
      aria-label={label}
      title={`${label} (${key.replace("Arrow", "").replace("Escape", "Esc")})`}
      aria-pressed={pressed}
    >
      {icon}
    </button>
  );
  const shown = beside ? ([at, second] as const) : ([at] as const);
  return createPortal(
    <div
      className="viewer"
      role="dialog"
      aria-modal="true"
      aria-label={t("viewer.title")}
      ref={frame}
      tabIndex={-1}
      data-testid="viewer"
    >
      <div className="viewer-tools">
        <span className="viewer-count figures">
          {at + 1} / {pieces.length}
        </span>
        {tool("ArrowLeft", <LeftOutlined />, t("viewer.before"))}
        {tool("ArrowRight", <RightOutlined />, t("viewer.next"))}
        {tool("-", <ZoomOutOutlined />, t("viewer.out"))}
        {tool("+", <ZoomInOutlined />, t("viewer.in"))}
        {tool("l", <RotateLeftOutlined />, t("viewer.left"))}
        {tool("r", <RotateRightOutlined />, t("viewer.right"))}
        {pieces.length > 1 && tool("s", <ColumnWidthOutlined />, t("viewer.beside"), beside)}
        {tool("Escape", <CloseOutlined />, t("viewer.close"))}
      </div>
      <div className={beside ? "viewer-panes viewer-two" : "viewer-panes"}>
        {shown.map((index, pane) => {
          const piece = pieces[index];
          if (!piece) return null;
          const mine = pane as 0 | 1;
          return (
            <Pane
              key={mine}
              piece={piece}
              view={views[mine]}
              chosen={beside && chosen === mine}
              onChoose={() => setChosen(mine)}
              onView={(change) => turnTo(mine, change)}
            />
          );
        })}
      </div>
    </div>,
    document.body,
  );
}

/** The first picture of the other side, where there is one: what is compared is buyer against seller. */
function partner(pieces: readonly Evidence[], at: number): number {
  const other = pieces.findIndex((piece) => piece.of !== pieces[at]?.of);
  return other >= 0 ? other : (at + 1) % Math.max(1, pieces.length);
}

interface PaneProps {
  piece: Evidence;
  view: View;
  chosen: boolean;
  onChoose: () => void;
  onView: (change: (view: View) => View) => void;
}

function Pane({ piece, view, chosen, onChoose, onView }: PaneProps) {
  const say = useSay("evidence_kinds", "sides");
  const drag = useRef<{ x: number; y: number } | null>(null);
  const fingers = useRef(new Map<number, { x: number; y: number }>());
  const apart = useRef(0);
  const wheel = (event: WheelEvent) =>
    onView((now) => ({ ...now, zoom: clamp(now.zoom * (event.deltaY < 0 ? STEP : 1 / STEP)) }));
  const down = (event: PointerEvent) => {
    onChoose();
    event.currentTarget.setPointerCapture(event.pointerId);
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    apart.current = 0;
    drag.current = { x: event.clientX, y: event.clientY };
  };
  const move = (event: PointerEvent) => {
    if (!fingers.current.has(event.pointerId)) return;
    fingers.current.set(event.pointerId, { x: event.clientX, y: event.clientY });
    const [one, other] = [...fingers.current.values()];
    if (one && other) {
      const now = Math.hypot(one.x - other.x, one.y - other.y);
      const before = apart.current;
      apart.current = now;
      if (before > 0) onView((seen) => ({ ...seen, zoom: clamp((seen.zoom * now) / before) }));
      return;
    }
    const from = drag.current;
    if (!from) return;
    const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
    drag.current = { x: event.clientX, y: event.clientY };
    onView((now) => ({ ...now, x: now.x + dx, y: now.y + dy }));
  };
  const up = (event: PointerEvent) => {
    fingers.current.delete(event.pointerId);
    if (fingers.current.size === 0) drag.current = null;
  };
  const name = `${say("sides", piece.of)} · ${say("evidence_kinds", piece.kind)}`;
  return (
    <figure className={chosen ? "pane pane-chosen" : "pane"} onWheel={wheel}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dragging and pinching; the keys and buttons of the viewer do the same */}
      <div
        className="pane-sight"
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onDoubleClick={() => onView((now) => (now.zoom === 1 ? { ...now, zoom: 2.5 } : STRAIGHT))}
      >
        {isVideo(piece) ? (
          // biome-ignore lint/a11y/useMediaCaption: it is what a buyer or a seller filmed; there are no captions
          <video
            src={piece.url ?? ""}
            controls
            aria-label={name}
            style={{ transform: `rotate(${view.turn}deg) scale(${view.zoom})` }}
          />
        ) : (
          <img
            src={piece.url ?? ""}
            alt={name}
            draggable={false}
            data-turn={view.turn}
            data-zoom={view.zoom}
            style={{ transform: `translate(${view.x}px, ${view.y}px) rotate(${view.turn}deg) scale(${view.zoom})` }}
          />
        )}
      </div>
      <figcaption>{name}</figcaption>
    </figure>
  );
}
