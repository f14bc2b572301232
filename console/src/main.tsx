import "antd/dist/reset.css";
import "./app/tokens.css";
import "./app/shell.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";
import { amends } from "./api/client";
import { queries } from "./api/queries";
import { ErrorBoundary } from "./app/ErrorBoundary";
import { startWords } from "./app/i18n";
import { router } from "./app/routes";
import { Theming } from "./app/theming";
import { keeping } from "./offline/answers";

startWords();
amends.use(keeping);
const root = document.getElementById("root");
if (!root) throw new Error("the page has no place to draw in");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <Theming>
        <ErrorBoundary>
          <RouterProvider router={router} />
        </ErrorBoundary>
      </Theming>
    </QueryClientProvider>
  </StrictMode>,
);
