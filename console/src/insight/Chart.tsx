import type { EChartsOption } from "echarts";
import { LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { type EChartsType, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import "echarts-wordcloud";

use([LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

/** The colours of the page, light or dark, as a canvas can take them. */
export function colours(): Record<
  "text" | "quiet" | "line" | "accent" | "others" | "money" | "time" | "good" | "ground",
  string
> {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: of("--text"),
    quiet: of("--text-2"),
    line: of("--line"),
    accent: of("--accent"),
    others: of("--others"),
    money: of("--money"),
    time: of("--time"),
    good: of("--good"),
    ground: of("--ground"),
  };
}

/** A picture for the eye; whoever cannot see it has the table that stands under each of them. */
export default function Chart({ option, label, height = 280 }: { option: EChartsOption; label: string; height?: number }) {
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<EChartsType | null>(null);
  useEffect(() => {
    if (!place.current) return;
    const chart = init(place.current, undefined, { renderer: "canvas" });
    drawn.current = chart;
    const seen = new ResizeObserver(() => chart.resize());
    seen.observe(place.current);
    return () => {
      seen.disconnect();
      chart.dispose();
      drawn.current = null;
    };
  }, []);
  useEffect(() => {
    drawn.current?.setOption({ animation: false, ...option }, { notMerge: true });
  }, [option]);
  return <div ref={place} className="insight-chart" role="img" aria-label={label} style={{ height }} />;
}
