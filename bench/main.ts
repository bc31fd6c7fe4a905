// `npm run bench -- ...`.

import { launch } from "../src/cli/launch.ts";
import { runBench } from "./bench.ts";

launch(runBench);
