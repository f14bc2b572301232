import { useParams } from "react-router";
import { CaseBody } from "./CaseBody";

/** A case on a page of its own: what links point at, and what is printed. */
export default function CasePage() {
  const { id = "" } = useParams();
  return (
    <div className="page case-page-frame">
      <CaseBody key={id} caseId={id} page />
    </div>
  );
}
