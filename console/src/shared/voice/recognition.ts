/** What the browser's speech recognition looks like; TypeScript's own types do not know it yet. */
interface Heard extends Event {
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
}
export interface Recognition extends EventTarget {
  lang: string;
  continuous: boolean;
  interimResults: boolean;
  processLocally?: boolean;
  onresult: ((event: Heard) => void) | null;
  onend: (() => void) | null;
  onerror: ((event: Event & { error: string }) => void) | null;
  start(): void;
  stop(): void;
  abort(): void;
}
interface Options {
  langs: string[];
  processLocally: boolean;
}
interface RecognitionClass {
  new (): Recognition;
  available?(options: Options): Promise<"available" | "downloadable" | "downloading" | "unavailable">;
  install?(options: Options): Promise<boolean>;
}

function found(): RecognitionClass | undefined {
  const known = window as unknown as { SpeechRecognition?: RecognitionClass; webkitSpeechRecognition?: RecognitionClass };
  return known.SpeechRecognition ?? known.webkitSpeechRecognition;
}

export type Voice = "here" | "downloadable" | "none";

/**
 * Whether this browser writes speech down on the device itself. A browser that would send the voice to somebody else's
 * service counts as one that cannot: nothing that is said about a case leaves the house.
 */
export async function voiceOf(language: string): Promise<Voice> {
  const made = found();
  if (!made?.available) return "none";
  const state = await made.available({ langs: [language], processLocally: true }).catch(() => "unavailable" as const);
  if (state === "available") return "here";
  return state === "unavailable" || !made.install ? "none" : "downloadable";
}

export async function install(language: string): Promise<boolean> {
  return (
    (await found()
      ?.install?.({ langs: [language], processLocally: true })
      .catch(() => false)) ?? false
  );
}

export function listen(language: string): Recognition {
  const made = found();
  if (!made) throw new Error("this browser does not listen");
  const recognition = new made();
  recognition.lang = language;
  recognition.continuous = true;
  recognition.interimResults = false;
  recognition.processLocally = true;
  return recognition;
}
