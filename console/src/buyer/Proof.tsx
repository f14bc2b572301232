/** @jsxImportSource preact */
import { useEffect, useRef } from "preact/hooks";
import type { GivenProof, Need } from "./api";
import { useKept } from "./kept";
import { Trouble } from "./loading";
import { type Key, useLanguage, useList, useWord, useWords } from "./say";
import { begin, drop, FILES, found, IMAGES, lost, type Sent, send, taken, VIDEOS } from "./upload";
import { words } from "./words";

export const USUAL = [
  "photo_defect",
  "photo_package_seal",
  "photo_six_view",
  "video_unboxing",
  "video_function",
  "chat_in_app",
  "tracking_trace",
  "text_statement",
  "inspection_report",
];
const WRITTEN = new Set(["text_statement", "chat_in_app"]);

/** The kinds that a need names. */
export function kindsOf(needs: readonly Need[]): string[] {
  return [
    ...new Set(needs.filter((need) => need.kind === "proof").flatMap((need) => [...(need.any_of ?? []), ...(need.all_of ?? [])])),
  ];
}

/** What proof is still owed, in a sentence for each rule that asks for it. */
export function Needed({ needs }: { needs: readonly Need[] }) {
  const t = useWords();
  const kind = useWord("evidence_kinds");
  const { language } = useLanguage();
  const names = (words: readonly string[], type: "disjunction" | "conjunction") =>
    new Intl.ListFormat(language === "zh" ? "zh-CN" : "en-US", { type }).format(words.map(kind));
  return (
    <>
      {needs
        .filter((need) => need.kind === "proof")
        .map((need) => (
          <p key={need.name}>
            {(need.any_of ?? []).length > 0 && `${t("ask.proof.any")} ${names(need.any_of ?? [], "disjunction")}. `}
            {(need.all_of ?? []).length > 0 && `${t("ask.proof.all")} ${names(need.all_of ?? [], "conjunction")}.`}
          </p>
        ))}
    </>
  );
}

/** Give proof: photos and films by the camera, files, and words. Every file is looked at by the server at once, and what it found is said. */
export function ProofGiver(props: {
  order: string;
  /** What it is kept under until it is sent. */
  name: string;
  kinds: string[];
  given: (proof: GivenProof[], busy: boolean) => void;
}) {
  const t = useWords();
  const label = useWord("evidence_kinds");
  const media = useList("evidence_kinds");
  const [chosen, choose] = useKept(`${props.name}kind`, "");
  const kind = props.kinds.includes(chosen) ? chosen : (props.kinds[0] ?? "photo_defect");
  const [sent, put, go] = useSent(props.order, `${props.name}files`);
  const [texts, write] = useKept<{ kind: string; text: string }[]>(`${props.name}texts`, []);
  const told = useRef(props.given);
  told.current = props.given;
  useEffect(() => {
    const files = sent.flatMap((one) => (one.upload ? [{ kind: one.kind, upload_id: one.upload.id }] : []));
    const written = texts
      .filter((one) => one.text.trim())
      .map((one) => ({ kind: one.kind, channel: "platform_messages", text: one.text.trim() }));
    told.current(
      [...files, ...written],
      sent.some((one) => one.asked || !(one.upload || one.error || lost(one))),
    );
  }, [sent, texts]);

  const add = (files: FileList | null) => {
    const fresh = [...(files ?? [])].map((file) => begin(file, kind));
    put((all) => [...all, ...fresh]);
    fresh.forEach(go);
  };
  const sort = String(media.get(kind)?.traits.media ?? "any");
  const writes = sort === "text" || WRITTEN.has(kind);
  return (
    <div class="proof">
      <label class="field">
        <span>{t("proof.kind")}</span>
        <select value={kind} onChange={(event) => choose(event.currentTarget.value)}>
          {props.kinds.map((one) => (
            <option key={one} value={one}>
              {label(one)}
            </option>
          ))}
        </select>
      </label>
      <div class="buttons">
        {sort !== "video" && sort !== "text" && <Picker text={t("proof.photo")} accept={IMAGES} camera add={add} />}
        {(sort === "video" || sort === "any") && <Picker text={t("proof.video")} accept={VIDEOS} camera add={add} />}
        {sort !== "text" && (
          <Picker text={t("proof.file")} accept={sort === "image" ? IMAGES : sort === "video" ? VIDEOS : FILES} add={add} />
        )}
      </div>
      {writes && (
        <Written
          text={texts.find((one) => one.kind === kind)?.text ?? ""}
          write={(text) => write((all) => [...all.filter((one) => one.kind !== kind), { kind, text }])}
        />
      )}
      <ul class="given" aria-live="polite">
        {sent.map((one) => (
          <Piece
            key={one.id}
            sent={one}
            label={label(one.kind)}
            again={() => go(one)}
            remove={() => {
              drop(one);
              put((all) => all.filter((other) => other.id !== one.id));
            }}
          />
        ))}
      </ul>
    </div>
  );
}

/** The files of one place. Those that were given before this page was read are still the server's; what it has no longer is named and holds nothing up. */
function useSent(order: string, name: string): [Sent[], (change: (all: Sent[]) => Sent[]) => void, (one: Sent) => void] {
  const [sent, put] = useKept<Sent[]>(name, [], (before) => before.map(found));
  const change = (id: string, with_: Partial<Sent>) =>
    put((all) => all.map((one) => (one.id === id ? { ...one, ...with_ } : one)));
  const go = (one: Sent) => {
    change(one.id, { error: null, percent: 0 });
    send(order, one, (percent) => change(one.id, { percent })).then(
      ({ id, finding }) => change(one.id, { upload: { id, finding }, percent: 100 }),
      (error: Error) => change(one.id, { error }),
    );
  };
  const ask = (one: Sent, upload: string) => {
    change(one.id, { asked: true });
    taken(upload).then(
      (copy) => {
        if (copy) return change(one.id, { asked: false, url: one.url ?? copy.url });
        const gone = { ...one, asked: false, upload: null };
        change(one.id, gone);
        if (!lost(gone)) go(gone);
      },
      () => change(one.id, { asked: false }),
    );
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was kept is taken up once
  useEffect(() => {
    for (const one of sent) {
      if (one.upload) ask(one, one.upload.id);
      else if (!lost(one)) go(one);
    }
  }, []);
  return [sent, put, go];
}

function Written({ text, write }: { text: string; write: (text: string) => void }) {
  const t = useWords();
  return (
    <label class="field">
      <span>{t("proof.text.label")}</span>
      <textarea dir="auto" rows={4} maxLength={5000} value={text} onInput={(event) => write(event.currentTarget.value)} />
    </label>
  );
}

function Picker(props: { text: string; accept: string; camera?: boolean; add: (files: FileList | null) => void }) {
  return (
    <label class="button file">
      {props.text}
      <input
        type="file"
        accept={props.accept}
        multiple
        {...(props.camera ? { capture: "environment" as const } : {})}
        onChange={(event) => {
          props.add(event.currentTarget.files);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

function Piece({ sent, label, again, remove }: { sent: Sent; label: string; again: () => void; remove: () => void }) {
  const t = useWords();
  const { language } = useLanguage();
  const finding = `proof.finding.${sent.upload?.finding}` as Key;
  const state = sent.upload
    ? t("proof.taken")
    : sent.percent < 100
      ? t("proof.going", { percent: sent.percent })
      : t("proof.checking");
  const gone = lost(sent);
  const going = !sent.upload && !sent.error && !gone;
  return (
    <li>
      {sent.url && sent.media.startsWith("image/") && <img src={sent.url} alt={label} />}
      {sent.url && sent.media.startsWith("video/") && <video src={sent.url} controls muted playsInline preload="metadata" />}
      <div>
        <span>{label}</span>
        {(gone || sent.media === "application/pdf") && <bdi class="quiet">{sent.name}</bdi>}
        {gone ? (
          <p class="careful">{t("proof.lost")}</p>
        ) : sent.error ? (
          <Trouble error={sent.error} />
        ) : (
          <span class="quiet">{state}</span>
        )}
        {going && <progress max={100} value={sent.percent} aria-label={label} />}
        {finding in words[language] && <p class="careful">{t(finding)}</p>}
        <div class="buttons">
          {sent.error && !gone && (
            <button type="button" class="plain" onClick={again}>
              {t("proof.again")}
            </button>
          )}
          <button type="button" class="plain" onClick={remove}>
            {t("proof.remove")}
          </button>
        </div>
      </div>
    </li>
  );
}
