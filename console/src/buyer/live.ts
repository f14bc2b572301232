import { useEffect, useRef } from "preact/hooks";
import { bearer, sleep } from "./api";
import { back, whenBack } from "./line";

export interface News {
  case_id: string;
  type: string;
}

/** Hear what happens and what is said, as it happens. The token travels in a header, so this is no EventSource; it comes back by itself. */
export function useNews(heard: (news: News) => void): void {
  const told = useRef(heard);
  told.current = heard;
  useEffect(() => {
    const leaving = new AbortController();
    void listen((news) => told.current(news), leaving.signal);
    return () => leaving.abort();
  }, []);
}

async function listen(heard: (news: News) => void, left: AbortSignal): Promise<void> {
  let seen: string | undefined;
  let broken = false;
  for (let pause = 1000; !left.aborted; pause = Math.min(pause * 2, 30_000)) {
    try {
      const headers = { ...bearer(), ...(seen ? { "last-event-id": seen } : {}) };
      const answer = await fetch("/v1/stream", { headers, signal: left });
      if (answer.status === 401 || answer.status === 403) return;
      if (answer.ok && answer.body) {
        if (broken) back();
        broken = false;
        pause = 1000;
        seen = await read(answer.body, heard, seen);
      }
    } catch {
      /* cut off: it is tried again */
    }
    broken = true;
    if (!left.aborted) await rest(pause);
  }
}

/** So long at most: a line that is back is listened to at once. */
async function rest(ms: number): Promise<void> {
  let leave = () => {};
  await Promise.race([sleep(ms), new Promise<void>((go) => (leave = whenBack(go)))]);
  leave();
}

async function read(
  body: ReadableStream<Uint8Array>,
  heard: (news: News) => void,
  before: string | undefined,
): Promise<string | undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>).getReader();
  let seen = before;
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return seen;
      const parts = (rest + value).split("\n\n");
      rest = parts.pop() ?? "";
      for (const part of parts) {
        const fields = new Map(
          part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trim()]),
        );
        seen = fields.get("id") ?? seen;
        const data = fields.get("data");
        if (data && fields.get("event") !== "ended") heard(JSON.parse(data) as News);
      }
    }
  } catch {
    return seen;
  }
}
