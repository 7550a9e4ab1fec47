// Starts what the page holds.

import { startChecks } from "./checking.js";
import { draw, drawUnplaced } from "./drawing.js";
import { showFigures } from "./figures.js";
import { halves, summarise, unpack } from "./network.js";
import { startPad } from "./reportpad.js";
import { preparePrinting } from "./printing.js";
import { makeSortable } from "./sorting.js";

preparePrinting();
showFigures();
startPad();
makeSortable();
startChecks();
globalThis.thalweg = { draw, drawUnplaced, halves, summarise, unpack };  // for the curious, and for tests
