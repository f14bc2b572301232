import { Button, Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { minorDigits, minorUnits } from "@/shared";
import { type Change, type Filter, MORE } from "./filter";

const ANYBODY = "anybody";

interface Props {
  filter: Filter;
  change: (change: Change) => void;
  /** What amounts are typed in. */
  currency: string;
  close: () => void;
}

export default function MoreFields({ filter, change, currency, close }: Props) {
  const { t } = useTranslation("cases");
  const typed = (minor: string | undefined) => (minor ? (Number(minor) / 10 ** minorDigits(currency)).toString() : "");
  const [least, setLeast] = useState(typed(filter.amount_at_least));
  const [most, setMost] = useState(typed(filter.amount_at_most));
  const [hands, setHands] = useState(filter.assignee ?? ANYBODY);
  const [tag, setTag] = useState(filter.tag ?? "");
  const wrong = (text: string) => text.trim() !== "" && minorUnits(text, currency) === null;
  const minor = (text: string) => (text.trim() === "" ? null : String(minorUnits(text, currency)));
  const apply = () => {
    if (wrong(least) || wrong(most)) return;
    change({
      amount_at_least: minor(least),
      amount_at_most: minor(most),
      assignee: hands === ANYBODY ? null : hands,
      tag: tag.trim() || null,
    });
    close();
  };
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <span id="more-amount">{t("more.amount", { currency })}</span>
      <div className="more-pair" role="group" aria-labelledby="more-amount">
        <Input
          inputMode="decimal"
          placeholder={t("more.from")}
          aria-label={t("more.from")}
          value={least}
          status={wrong(least) ? "error" : undefined}
          onChange={(event) => setLeast(event.target.value)}
        />
        <Input
          inputMode="decimal"
          placeholder={t("more.to")}
          aria-label={t("more.to")}
          value={most}
          status={wrong(most) ? "error" : undefined}
          onChange={(event) => setMost(event.target.value)}
        />
      </div>
      <span id="more-assignee">{t("more.assignee")}</span>
      <Radio.Group
        aria-labelledby="more-assignee"
        value={hands}
        options={[ANYBODY, "me", "nobody"].map((value) => ({ value, label: t(`more.${value}`) }))}
        onChange={(event) => setHands(event.target.value)}
      />
      <label htmlFor="more-tag">{t("more.tag")}</label>
      <Input id="more-tag" maxLength={40} value={tag} onChange={(event) => setTag(event.target.value)} />
      <div className="more-foot">
        <Button
          onClick={() => {
            change(Object.fromEntries(MORE.map((name) => [name, null])));
            close();
          }}
        >
          {t("more.clear")}
        </Button>
        <Button type="primary" htmlType="submit">
          {t("more.apply")}
        </Button>
      </div>
    </form>
  );
}
