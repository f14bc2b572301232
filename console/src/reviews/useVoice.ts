import { useEffect, useRef, useState } from "react";

interface Heard {
  resultIndex: number;
  results: ArrayLike<ArrayLike<{ transcript: string }> & { isFinal: boolean }>;
}
interface Listening {
  lang: string;
  continuous: boolean;
  processLocally?: boolean;
  onresult: ((heard: Heard) => void) | null;
  onend: (() => void) | null;
  onerror: (() => void) | null;
  start: () => void;
  stop: () => void;
}
type Made = (new () => Listening) & { available?: (asked: { langs: string[]; processLocally: boolean }) => Promise<string> };

function made(): Made | undefined {
  return (window as unknown as { SpeechRecognition?: Made }).SpeechRecognition;
}

/** Dictation where the browser does it by itself on this device; a constructor alone promises nothing, and no voice leaves the machine. */
export function useVoice(language: string, say: (text: string) => void) {
  const lang = language === "zh" ? "zh-CN" : "en-US";
  const [able, setAble] = useState(false);
  const [listening, setListening] = useState<Listening | null>(null);
  const latest = useRef(say);
  latest.current = say;
  useEffect(() => {
    let there = true;
    void made()
      ?.available?.({ langs: [lang], processLocally: true })
      .then(
        (answer) => there && setAble(answer === "available"),
        () => there && setAble(false),
      );
    return () => {
      there = false;
    };
  }, [lang]);
  useEffect(() => () => listening?.stop(), [listening]);
  const toggle = () => {
    const Voice = made();
    if (listening) return listening.stop();
    if (!Voice) return;
    const one = new Voice();
    Object.assign(one, { lang, continuous: true, processLocally: true });
    one.onresult = (heard) => {
      for (let at = heard.resultIndex; at < heard.results.length; at++) {
        const result = heard.results[at];
        if (result?.isFinal) latest.current(result[0]?.transcript ?? "");
      }
    };
    one.onend = one.onerror = () => setListening(null);
    one.start();
    setListening(one);
  };
  return { able, listening: listening !== null, toggle };
}
