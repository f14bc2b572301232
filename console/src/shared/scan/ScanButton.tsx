import { BarcodeOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";

const Scanner = lazy(() => import("./Scanner"));

/** Enter a number by looking at it: by camera, or from a picture (U-08). */
export function ScanButton({ onFound, disabled }: { onFound: (text: string) => void; disabled?: boolean }) {
  const { t } = useTranslation("case");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<BarcodeOutlined />} disabled={disabled} onClick={() => setOpen(true)}>
        {t("scan.open")}
      </Button>
      {open && (
        <Suspense fallback={null}>
          <Scanner
            onClose={() => setOpen(false)}
            onFound={(text) => {
              setOpen(false);
              onFound(text);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
