import { Spin } from "antd";
import { useLanguage } from "@/api/words";
import { ProblemNotice } from "@/shared";
import { ProofReport } from "../proof/ProofReport";
import { type Edit, useProof } from "../proof/useProof";
import { proofWords } from "../proof/words";
import "../proof/proof.css";

interface Props {
  market: string;
  draftId: string;
  edits: Edit[];
}

/** Beside the rules of a draft, while they are typed: what is proved of them. */
export default function ProofPanel({ market, draftId, edits }: Props) {
  const words = proofWords[useLanguage()];
  const { proof, error, busy, again } = useProof(market, draftId, edits);
  return (
    <section aria-label={words.title}>
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
