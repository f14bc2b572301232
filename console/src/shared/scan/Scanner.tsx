import { CameraOutlined, PictureOutlined } from "@ant-design/icons";
import { Modal } from "antd";
import { type ChangeEvent, type ClipboardEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { decodeFrame, decodePicture } from "./decode";
import "./scan.css";

const EVERY_MS = 220;
type Phase = "looking" | "reading" | "unread" | "no_camera" | "refused";

/** Looks through the camera until it reads a code; a picture can be chosen, taken or pasted instead. */
export default function Scanner({ onFound, onClose }: { onFound: (text: string) => void; onClose: () => void }) {
  const { t } = useTranslation("case");
  const video = useRef<HTMLVideoElement>(null);
  const found = useRef(onFound);
  found.current = onFound;
  const [phase, setPhase] = useState<Phase>("looking");
  useEffect(() => {
    let stream: MediaStream | undefined;
    let ended = false;
    let timer: ReturnType<typeof setTimeout>;
    async function look(): Promise<void> {
      const shown = video.current;
      if (ended || !shown) return;
      if (shown.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && shown.videoWidth > 0) {
        const frame = await createImageBitmap(shown);
        const read = await decodeFrame(frame).catch(() => null);
        frame.close();
        if (read && !ended) {
          ended = true;
          navigator.vibrate?.(40);
          found.current(read.text);
          return;
        }
      }
      timer = setTimeout(() => void look(), EVERY_MS);
    }
    async function start(): Promise<void> {
      if (!navigator.mediaDevices?.getUserMedia) return setPhase("no_camera");
      try {
        stream = await navigator.mediaDevices.getUserMedia({
          video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 } },
        });
      } catch (problem) {
        return setPhase(problem instanceof DOMException && problem.name === "NotAllowedError" ? "refused" : "no_camera");
      }
      if (ended || !video.current) return stop();
      video.current.srcObject = stream;
      await video.current.play().catch(() => undefined);
      void look();
    }
    function stop(): void {
      for (const track of stream?.getTracks() ?? []) track.stop();
    }
    void start();
    return () => {
      ended = true;
      clearTimeout(timer);
      stop();
    };
  }, []);

  async function read(picture: File | undefined): Promise<void> {
    if (!picture) return;
    setPhase("reading");
    const code = await decodePicture(picture).catch(() => null);
    if (code) found.current(code.text);
    else setPhase("unread");
  }
  const chosen = (event: ChangeEvent<HTMLInputElement>) => {
    void read(event.target.files?.[0]);
    event.target.value = "";
  };
  const pasted = (event: ClipboardEvent) =>
    void read([...event.clipboardData.files].find((file) => file.type.startsWith("image/")));
  const camera = phase !== "no_camera" && phase !== "refused";
  return (
    <Modal open title={t("scan.title")} footer={null} onCancel={onClose} destroyOnHidden width={560}>
      <div className="scanner" onPaste={pasted}>
        {camera && <video ref={video} className="scanner-sight" muted playsInline aria-label={t("scan.sight")} />}
        <p role="status" className={phase === "unread" ? "scanner-says scanner-unread" : "scanner-says"}>
          {t(`scan.${phase}`)}
        </p>
        <div className="scanner-ways">
          <label className={phase === "unread" ? "scanner-way scanner-next" : "scanner-way"}>
            <CameraOutlined aria-hidden="true" /> {t("scan.take")}
            <input type="file" accept="image/*" capture="environment" onChange={chosen} />
          </label>
          <label className="scanner-way">
            <PictureOutlined aria-hidden="true" /> {t("scan.choose")}
            <input type="file" accept="image/*" data-testid="scan-picture" onChange={chosen} />
          </label>
        </div>
      </div>
    </Modal>
  );
}
