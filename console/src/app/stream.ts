const AGAIN_MS = 10_000;

interface Wanted<T> {
  /** Of the lock and the channel that the tabs of this browser share; whoever asks for the same stream says the same name. */
  name: string;
  path: (last: string) => string;
  events: readonly string[];
  told: (what: T) => void;
  connected: (yes: boolean) => void;
}

interface Said<T> {
  told?: T;
  last?: string;
  connected?: boolean;
  asks?: true;
}

/**
 * Hold a stream for all tabs of this browser: a browser has six connections to a server, and each stream takes one.
 * The tab that has the lock listens and tells the others; when it closes, the next one takes over from the last thing told.
 */
export function holdStream<T>({ name, path, events, told, connected }: Wanted<T>): () => void {
  const channel = new BroadcastChannel(name);
  const leaving = new AbortController();
  let last = "";
  let held: boolean | undefined; // known to the tab that holds it
  channel.onmessage = ({ data }: MessageEvent<Said<T>>) => {
    if (data.asks && held !== undefined) channel.postMessage({ connected: held, last });
    if (data.connected !== undefined) connected(data.connected);
    if (data.last) last = data.last;
    if (data.told) told(data.told);
  };
  channel.postMessage({ asks: true });
  const state = (yes: boolean) => {
    held = yes;
    connected(yes);
    channel.postMessage({ connected: yes });
  };
  const open = () => {
    const source = new EventSource(path(last));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const heard = (event: MessageEvent<string>) => {
      if (!event.data) return; // the connection itself is told by "message" too in some browsers
      last = event.lastEventId || last;
      const found = JSON.parse(event.data) as T;
      told(found);
      channel.postMessage({ told: found, last });
    };
    const close = () => {
      clearTimeout(timer);
      source.close();
      leaving.signal.removeEventListener("abort", close);
    };
    const again = () => {
      state(false);
      close();
      if (!leaving.signal.aborted) timer = setTimeout(open, AGAIN_MS);
    };
    for (const event of events) source.addEventListener(event, heard);
    source.addEventListener("ended", again);
    source.onopen = () => state(true);
    source.onerror = () => {
      state(false);
      if (source.readyState === EventSource.CLOSED) again(); // refused: a browser only tries again by itself what broke
    };
    leaving.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      close();
    });
  };
  void navigator.locks
    .request(name, { signal: leaving.signal }, () => {
      if (leaving.signal.aborted) return undefined;
      open();
      return new Promise<void>((resolve) => leaving.signal.addEventListener("abort", () => resolve()));
    })
    .catch(() => undefined); // left before the turn came
  return () => {
    if (held) channel.postMessage({ connected: false });
    leaving.abort();
    channel.close();
  };
}
