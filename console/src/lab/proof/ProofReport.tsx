import { useLanguage, useOneOf } from "@/api/words";
import { Chip, type Meaning } from "@/shared";
import type { Change, Finding, Proof } from "./useProof";
import { type ProofWords, proofWords } from "./words";

const MEANS: Record<string, Meaning> = {
  allowed: "closed",
  declined: "time",
  needs: "you",
  undecided: "others",
  no_rule: "time",
};

/** What a proof found: what is wrong with a situation that shows it, and exactly which situations are answered otherwise. */
export function ProofReport({ proof }: { proof: Proof }) {
  const words = proofWords[useLanguage()];
  const found = proof.proof;
  if (!found) return <p className="quiet">{words.unread}</p>;
  return (
    <>
      <p>
        {found.findings.length === 0 && <Chip meaning="closed">{words.sound}</Chip>}{" "}
        <span className="quiet">{words.checked(found.rules, found.laws, found.markets)}</span>
      </p>
      {found.findings.length > 0 && (
        <section>
          <h3>{words.findings}</h3>
          <Findings findings={found.findings} words={words} />
        </section>
      )}
      <section>
        <h3>{words.changes}</h3>
        {found.changes.length === 0 && <p className="quiet">{words.unchanged}</p>}
        <ul className="proof-list">
          {found.changes.map((change) => (
            <li key={`${change.topic} ${change.before_rules} ${change.after_rules} ${change.groups[0]?.words.en}`}>
              <ChangeOf change={change} words={words} />
            </li>
          ))}
        </ul>
        {!found.complete && <p className="quiet">{words.incomplete}</p>}
      </section>
      {found.accepted.length > 0 && (
        <details>
          <summary>
            {words.accepted} <span className="figures">{found.accepted.length}</span>
          </summary>
          <Findings findings={found.accepted} words={words} />
        </details>
      )}
    </>
  );
}

function Findings({ findings, words }: { findings: Finding[]; words: ProofWords }) {
  const one = useOneOf();
  return (
    <ul className="proof-list">
      {findings.map((finding) => (
        <li key={`${finding.kind} ${finding.rule} ${finding.other}`}>
          <Chip meaning={finding.promise || finding.accepted ? "others" : "time"}>{words.kinds[finding.kind]}</Chip>{" "}
          <code>
            {finding.file.replace(/^policies\//, "")}:{finding.line}
          </code>{" "}
          <span className="quiet">{finding.markets.join(" ").toUpperCase()}</span>
          <p>{one(finding.words)}</p>
          {finding.promise && <p className="quiet">{words.promise}</p>}
          {finding.accepted && <p className="quiet">{finding.accepted}</p>}
        </li>
      ))}
    </ul>
  );
}

function ChangeOf({ change, words }: { change: Change; words: ProofWords }) {
  const one = useOneOf();
  const [first, ...rest] = change.groups;
  return (
    <>
      <p>
        <Side verdict={change.before} says={one(change.before_words)} words={words} />
        <span aria-hidden="true"> → </span>
        <Side verdict={change.after} says={one(change.after_words)} words={words} />
      </p>
      {first && <Group group={first} words={words} />}
      {rest.length > 0 && (
        <details>
          <summary>{words.more(rest.length)}</summary>
          {rest.map((group) => (
            <Group key={group.words.en} group={group} words={words} />
          ))}
        </details>
      )}
    </>
  );
}

function Side({ verdict, says, words }: { verdict: string; says: string; words: ProofWords }) {
  const named = words.verdicts[verdict as keyof ProofWords["verdicts"]];
  return (
    <>
      {named && <Chip meaning={MEANS[verdict] ?? "others"}>{named}</Chip>} {says || (named ? "" : words.nothing)}
    </>
  );
}

function Group({ group, words }: { group: Change["groups"][number]; words: ProofWords }) {
  const one = useOneOf();
  return (
    <dl className="proof-group">
      <dt>{words.whenever}</dt>
      <dd>{one(group.words)}</dd>
      <dt>{words.example}</dt>
      <dd>{one(group.situation.words)}</dd>
    </dl>
  );
}
