/** @jsxImportSource preact */
import { render } from "preact";
import { App } from "./App";
import "./buyer.css";
import { tellHeight } from "./frame";

const root = document.getElementById("root");
if (root) render(<App />, root);
tellHeight();
