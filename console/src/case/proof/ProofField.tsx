import { CameraOutlined, DeleteOutlined, PaperClipOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Progress, Select } from "antd";
import { type ChangeEvent, type DragEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, newKey } from "@/api/client";
import { useSay, useVocabulary } from "@/api/words";
import { Chip, ProblemNotice } from "@/shared";
import { insist } from "@/shared/insist";
import type { Need } from "../data";
import { useTellGoing } from "./going";
import { ACCEPT, fits, TAKEN, type Uploaded, upload } from "./upload";
import "./proof.css";

/** One piece of proof in a form: a file that was sent, or words. */
export interface Piece {
  id: string;
  kind: string;
  channel: string | null;
  text: string | null;
  upload_id: string | null;
  name: string | null;
  media: string | null;
  finding: string | null;
}

/** What the interface takes of them. A piece that is not whole yet is left out; the form says so before. */
export function proofBody(pieces: readonly Piece[]): Record<string, string>[] {
  return pieces
    .filter((piece) => piece.upload_id || piece.text?.trim())
    .map((piece) => ({
      kind: piece.kind,
      ...(piece.upload_id ? { upload_id: piece.upload_id } : { text: piece.text?.trim() ?? "" }),
      ...(piece.channel ? { channel: piece.channel } : {}),
    }));
}

/** Whether the kinds at hand meet a need, as the server would count them. */
export function meets(need: Need, pieces: readonly Piece[]): boolean {
  const held = new Set(proofBody(pieces).map((piece) => piece.kind));
  const all = need.all_of ?? [];
  const any = need.any_of ?? [];
  return all.every((kind) => held.has(kind)) && (any.length === 0 || any.some((kind) => held.has(kind)));
}

const CHATS = new Set(["chat_in_app", "chat_external"]);
let counted = 0; // of files on their way
interface Going {
  key: string;
  file: File;
  part: number;
  stop: AbortController;
}
const newPiece = (kind: string): Piece => ({
  id: newKey(),
  kind,
  channel: kind === "chat_in_app" ? "platform_messages" : null,
  text: null,
  upload_id: null,
  name: null,
  media: null,
  finding: null,
});

interface Props {
  orderId: string;
  pieces: readonly Piece[];
  onChange: (change: (pieces: readonly Piece[]) => readonly Piece[]) => void;
  /** What is demanded; its kinds stand first. */
  needs?: readonly Need[];
  label?: string;
}

/** Hand in proof: choose, take, drag or paste files, or write; each with its kind, its progress and what the check says of it. */
export function ProofField({ orderId, pieces, onChange, needs = [], label }: Props) {
  const { t } = useTranslation("case");
  const kinds = useVocabulary("evidence_kinds");
  const say = useSay("evidence_kinds");
  const id = useId();
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<readonly Going[]>([]);
  useTellGoing(sending.length > 0);
  const [problem, setProblem] = useState<unknown>(null);
  const [unsent, setUnsent] = useState<readonly File[]>([]);
  const [other, setOther] = useState<string | null>(null);
  const latest = useRef(sending);
  latest.current = sending;
  useEffect(() => {
    return () => {
      for (const one of latest.current) one.stop.abort();
    };
  }, []);
  const wanted = needs.flatMap((need) => [...(need.all_of ?? []), ...(need.any_of ?? [])]);
  const kindFor = (type: string) =>
    wanted.find((kind) => fits(kinds.get(kind)?.traits.media, type)) ??
    [...kinds.values()].find((term) => fits(term.traits.media, type))?.word ??
    "photo_defect";

  async function take(files: readonly File[]): Promise<void> {
    setProblem(null);
    setUnsent([]);
    const taken = files.filter((file) => (TAKEN as readonly string[]).includes(file.type));
    setOther(files.find((file) => !taken.includes(file))?.name ?? null);
    const going = taken.map((file) => ({ key: `${file.name} ${++counted}`, file, part: 0, stop: new AbortController() }));
    setSending((all) => [...all, ...going]);
    for (const one of going) await send(one);
  }
  async function send({ key, file, stop }: Going): Promise<void> {
    const kind = kindFor(file.type);
    const moved = (part: number) => setSending((all) => all.map((one) => (one.key === key ? { ...one, part } : one)));
    try {
      const sent: Uploaded = await insist(() => upload(orderId, kind, null, file, moved, stop.signal));
      const piece: Piece = {
        ...newPiece(kind),
        upload_id: sent.id,
        name: file.name,
        media: file.type,
        finding: sent.finding ?? null,
      };
      onChange((all) => (all.some((one) => one.upload_id === sent.id) ? all : [...all, piece]));
    } catch (refused) {
      if (stop.signal.aborted) return;
      setProblem(refused);
      if (!isProblem(refused)) setUnsent((all) => [...all, file]);
    } finally {
      setSending((all) => all.filter((one) => one.key !== key));
    }
  }
  const stop = (one: Going) => {
    one.stop.abort();
    setSending((all) => all.filter((other) => other.key !== one.key));
  };
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    void take([...(event.target.files ?? [])]);
    event.target.value = "";
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take([...event.dataTransfer.files]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files may be dropped and pasted anywhere in it; every way has a control of its own
    <div
      className={over ? "proof proof-over" : "proof"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
      onPaste={(event) => event.clipboardData.files.length > 0 && void take([...event.clipboardData.files])}
    >
      <p className="field-label" id={id}>
        {label ?? t("proof.label")}
      </p>
      <Demands needs={needs} pieces={pieces} />
      <ul className="proof-list" aria-labelledby={id}>
        {pieces.map((piece) => (
          <PieceRow key={piece.id} piece={piece} onChange={onChange} />
        ))}
        {sending.map((one) => (
          <li key={one.key} className="proof-row">
            <div className="proof-head">
              <span className="proof-name">{one.file.name}</span>
              <span className="quiet">{t(one.part < 1 ? "proof.going" : "proof.checking")}</span>
              <Button
                size="small"
                type="text"
                onClick={() => stop(one)}
                aria-label={t("proof.stop_one", { name: one.file.name })}
              >
                {t("proof.stop")}
              </Button>
            </div>
            <Progress percent={Math.round(one.part * 100)} status="active" size="small" aria-label={one.file.name} />
          </li>
        ))}
      </ul>
      <div className="proof-ways">
        <label className="proof-way">
          <PaperClipOutlined aria-hidden="true" /> {t("proof.choose")}
          <input type="file" multiple accept={ACCEPT} data-testid="proof-file" onChange={chosen} />
        </label>
        <label className="proof-way proof-camera">
          <CameraOutlined aria-hidden="true" /> {t("proof.camera")}
          <input type="file" accept="image/*" capture="environment" onChange={chosen} />
        </label>
        <Select
          value={null}
          className="proof-words"
          aria-label={t("proof.write")}
          placeholder={
            <span className="proof-placeholder">
              <PlusOutlined aria-hidden="true" /> {t("proof.write")}
            </span>
          }
          options={[...kinds.values()]
            .filter((term) => term.traits.media !== "image" && term.traits.media !== "video")
            .map((term) => ({ value: term.word, label: say("evidence_kinds", term.word) }))}
          onChange={(kind: string | null) => kind && onChange((all) => [...all, newPiece(kind)])}
          popupMatchSelectWidth={false}
        />
      </div>
      <p className="field-help">{t("proof.help")}</p>
      {other !== null && (
        <p className="field-problem" role="alert">
          {t("proof.type", { name: other })}
        </p>
      )}
      {problem !== null && <ProblemNotice error={problem} onRetry={unsent.length > 0 ? () => void take(unsent) : undefined} />}
    </div>
  );
}

/** What is demanded, met or not, one line for each. */
export function Demands({ needs, pieces }: { needs: readonly Need[]; pieces: readonly Piece[] }) {
  const { t } = useTranslation("case");
  const say = useSay("evidence_kinds");
  if (needs.length === 0) return null;
  return (
    <ul className="demands">
      {needs.map((need) => (
        <li key={need.rule} data-met={meets(need, pieces)}>
          <Chip meaning={meets(need, pieces) ? "closed" : "you"}>{t(meets(need, pieces) ? "proof.met" : "proof.demanded")}</Chip>{" "}
          {(need.all_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("proof.and"))}
          {(need.all_of ?? []).length > 0 && (need.any_of ?? []).length > 0 && t("proof.and")}
          {(need.any_of ?? []).map((kind) => say("evidence_kinds", kind)).join(t("proof.or"))}
        </li>
      ))}
    </ul>
  );
}

function PieceRow({ piece, onChange }: { piece: Piece; onChange: Props["onChange"] }) {
  const { t } = useTranslation("case");
  const kinds = useVocabulary("evidence_kinds");
  const channels = useVocabulary("channels");
  const say = useSay("evidence_kinds", "channels", "photo_findings");
  const set = (part: Partial<Piece>) => onChange((all) => all.map((one) => (one.id === piece.id ? { ...one, ...part } : one)));
  const fitting = [...kinds.values()].filter((term) =>
    piece.media ? fits(term.traits.media, piece.media) : term.traits.media !== "image" && term.traits.media !== "video",
  );
  return (
    <li className="proof-row">
      <div className="proof-head">
        {piece.name && <span className="proof-name">{piece.name}</span>}
        <Select
          size="small"
          value={piece.kind}
          aria-label={t("proof.kind")}
          options={fitting.map((term) => ({ value: term.word, label: say("evidence_kinds", term.word) }))}
          onChange={(kind: string) => set({ kind, channel: kind === "chat_in_app" ? "platform_messages" : null })}
          popupMatchSelectWidth={false}
        />
        {CHATS.has(piece.kind) && (
          <Select
            size="small"
            value={piece.channel}
            aria-label={t("proof.channel")}
            placeholder={t("proof.channel")}
            options={[...channels.keys()].map((word) => ({ value: word, label: say("channels", word) }))}
            onChange={(channel: string) => set({ channel })}
            popupMatchSelectWidth={false}
          />
        )}
        {piece.finding && (
          <Chip meaning={piece.finding === "clear" ? "closed" : "time"}>{say("photo_findings", piece.finding)}</Chip>
        )}
        <Button
          size="small"
          type="text"
          icon={<DeleteOutlined />}
          aria-label={t("proof.remove")}
          onClick={() => onChange((all) => all.filter((one) => one.id !== piece.id))}
        />
      </div>
      {!piece.upload_id && (
        <textarea
          className="proof-text"
          rows={3}
          maxLength={20_000}
          aria-label={say("evidence_kinds", piece.kind)}
          value={piece.text ?? ""}
          onChange={(event) => set({ text: event.target.value })}
        />
      )}
      {piece.finding && piece.finding !== "clear" && <p className="field-help">{t("proof.unclear")}</p>}
    </li>
  );
}
