import { bearer, refusal, Unheard } from "./api";

/** Fetches a file and hands it to the device. It is fetched and no address is opened: none with a token in it is ever shown, and a no is told in words. */
export async function hand(path: string, name: string): Promise<Error | null> {
  const answer = await fetch(path, { headers: bearer() }).catch(() => null);
  const file = answer?.ok ? await answer.blob().catch(() => null) : null;
  if (!file) return answer && !answer.ok ? refusal(answer) : new Unheard();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return null;
}
