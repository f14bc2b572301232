import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useRouteError } from "react-router";

/** A page that was built anew under an open console: its parts have other names now, and a reload is all that helps. */
function outdated(error: unknown): boolean {
  return error instanceof Error && /dynamically imported module|module script failed|Importing a module/i.test(error.message);
}

export function Broken({ error }: { error: unknown }) {
  const { t } = useTranslation("app");
  const old = outdated(error);
  return (
    <div className="state state-failed" role="alert">
      <p className="state-title">{t(old ? "broken.outdated" : "broken.title")}</p>
      <p className="state-text">{t(old ? "broken.outdatedText" : "broken.text")}</p>
      {!old && error instanceof Error && <code>{error.message}</code>}
      <p className="state-action">
        <button type="button" className="plain-button" onClick={() => window.location.reload()}>
          {t("broken.reload")}
        </button>
      </p>
    </div>
  );
}

/** What a screen draws when it breaks; the shell around it stays. */
export function BrokenRoute() {
  return <Broken error={useRouteError()} />;
}

export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown): { error: unknown } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error ? <Broken error={this.state.error} /> : this.props.children;
  }
}
