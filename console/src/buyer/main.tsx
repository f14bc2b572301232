/** @jsxImportSource preact */
import { render } from "preact";
import { App } from "./App";
import "./buyer.css";
import { tellHeight } from "./frame";

const root = document.getElementById("root");
root?.replaceChildren(); // what stood there for whom this program does not reach
if (root) render(<App />, root);
tellHeight();
