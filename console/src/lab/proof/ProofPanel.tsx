import { Spin } from "antd";
import { useLanguage } from "@/api/words";
import { ProblemNotice } from "@/shared";
import { ProofReport } from "./ProofReport";
import type { useProof } from "./useProof";
import { proofWords } from "./words";
import "./proof.css";

/** Beside the rules of a draft, while they are typed: what is proved of them. */
export function ProofPanel({ proving }: { proving: ReturnType<typeof useProof> }) {
  const words = proofWords[useLanguage()];
  const { proof, error, busy, again } = proving;
  return (
    <section id="lab-proof" aria-label={words.title}>
      <h2>
        {words.title}{" "}
        {busy && (
          <span role="status">
            <Spin size="small" />
            <span className="unseen">{words.proving}</span>
          </span>
        )}
      </h2>
      <div role="status" aria-live="polite">
        {error !== undefined && <ProblemNotice error={error} onRetry={again} />}
        {!proof && error === undefined && <p className="quiet">{busy ? words.proving : words.idle}</p>}
        {proof && <ProofReport proof={proof} />}
      </div>
    </section>
  );
}
