// `npm run bench -- ...`.

import { launch } from "../src/cli/program.ts";
import { runBench } from "./bench.ts";

launch(runBench);
