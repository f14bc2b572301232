import { onlineManager, QueryClient } from "@tanstack/react-query";
import { isProblem } from "./client";

/** A refusal will be the same a second later; only what kept a call from arriving is tried again. */
function again(count: number, error: unknown): boolean {
  return !isProblem(error) && navigator.onLine && count < 2;
}

const AGAIN_MS = 15_000;
/** What no answer came to, or one that says that nobody is able to, is asked for again by itself. */
const unanswered = (error: unknown): boolean => error !== null && (!isProblem(error) || error.status >= 500);

// A page that is opened without a network would be taken for one that has it, and coming back would be no news.
onlineManager.setOnline(navigator.onLine);

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 600_000,
      retry: again,
      refetchOnWindowFocus: true,
      refetchOnReconnect: true,
      refetchInterval: ({ state }) => unanswered(state.error) && AGAIN_MS,
      networkMode: "always",
    },
    mutations: { retry: false, networkMode: "always" },
  },
});
