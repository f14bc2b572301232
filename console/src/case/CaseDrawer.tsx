import { DownOutlined, UpOutlined } from "@ant-design/icons";
import { Button, Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { useDrawerPlace, useNarrow } from "@/shared/narrow";
import { CaseBody } from "./CaseBody";

interface Props {
  /** Null closes it. */
  caseId: string | null;
  onClose: () => void;
  /** Go to the next (1) or the one before (-1) of the list that it was opened from. */
  onStep?: (by: 1 | -1) => void;
}

/** The case beside the list, which stays where it is; on a phone it takes the whole screen. */
export default function CaseDrawer({ caseId, onClose, onStep }: Props) {
  const { t } = useTranslation("case");
  const narrow = useNarrow();
  const place = useDrawerPlace(760);
  return (
    <Drawer
      open={caseId !== null}
      onClose={onClose}
      {...place}
      mask={narrow}
      className="case-drawer"
      destroyOnHidden
      title={t("drawer.title")}
      aria-label={t("drawer.title")}
      extra={
        onStep && (
          <span className="drawer-steps">
            <Button
              type="text"
              icon={<UpOutlined />}
              aria-label={t("drawer.before")}
              title={`${t("drawer.before")} (K)`}
              onClick={() => onStep(-1)}
            />
            <Button
              type="text"
              icon={<DownOutlined />}
              aria-label={t("drawer.next")}
              title={`${t("drawer.next")} (J)`}
              onClick={() => onStep(1)}
            />
          </span>
        )
      }
    >
      {caseId && <CaseBody caseId={caseId} />}
    </Drawer>
  );
}
