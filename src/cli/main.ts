#!/usr/bin/env node
// The `tapeloom` command.

import { launch, runCommandLine } from "./program.ts";

launch(runCommandLine);
