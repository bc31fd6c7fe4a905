#!/usr/bin/env node
// The `tapeloom` command.

import { launch } from "./launch.ts";
import { runCommandLine } from "./program.ts";

launch(runCommandLine);
