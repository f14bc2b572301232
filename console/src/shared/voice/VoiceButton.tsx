import { AudioOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/api/words";
import { install, listen, type Recognition, type Voice, voiceOf } from "./recognition";
import "./voice.css";

const CODES = { zh: "zh-CN", en: "en-US" } as const;

/** Say it instead of typing it (U-07). Where the browser cannot do that by itself, it says that the keyboard's microphone can. */
export function VoiceButton({ onText, small }: { onText: (text: string) => void; small?: boolean }) {
  const { t } = useTranslation("case");
  const language = CODES[useLanguage()];
  const [voice, setVoice] = useState<Voice | null>(null);
  const [state, setState] = useState<"quiet" | "listening" | "installing" | "failed">("quiet");
  const recognition = useRef<Recognition | null>(null);
  const said = useRef(onText);
  said.current = onText;
  useEffect(() => {
    let here = true;
    void voiceOf(language).then((is) => here && setVoice(is));
    return () => {
      here = false;
      recognition.current?.abort();
    };
  }, [language]);

  function start(): void {
    const heard = listen(language);
    heard.onresult = (event) => {
      for (let at = event.resultIndex; at < event.results.length; at++) {
        const result = event.results[at];
        if (result?.isFinal) said.current(result[0]?.transcript.trim() ?? "");
      }
    };
    heard.onend = () => setState((was) => (was === "listening" ? "quiet" : was));
    heard.onerror = (event) => setState(event.error === "aborted" || event.error === "no-speech" ? "quiet" : "failed");
    recognition.current = heard;
    setState("listening");
    heard.start();
  }
  async function pressed(): Promise<void> {
    if (state === "listening") return recognition.current?.stop();
    if (voice === "downloadable") {
      setState("installing");
      const done = await install(language);
      setVoice(done ? "here" : "none");
      setState("quiet");
      return;
    }
    start();
  }
  if (voice === null) return null;
  if (voice === "none" || state === "failed") {
    return (
      <p className="voice-note" data-testid="voice-keyboard">
        <AudioOutlined aria-hidden="true" /> {t("voice.keyboard")}
      </p>
    );
  }
  const name = t(voice === "downloadable" ? "voice.install" : state === "listening" ? "voice.stop" : "voice.start");
  return (
    <Button
      size="small"
      icon={<AudioOutlined />}
      aria-label={name}
      title={name}
      aria-pressed={state === "listening"}
      loading={state === "installing"}
      type={state === "listening" ? "primary" : "default"}
      onClick={() => void pressed()}
    >
      {small ? null : name}
    </Button>
  );
}
