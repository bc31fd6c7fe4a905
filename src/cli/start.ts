#!/usr/bin/env node
// The `tapeloom` command as it is built: main.ts and all that it needs, as a bundle.

import { fileURLToPath } from "node:url";
import { Bundle } from "./bundle.ts";

new Bundle(fileURLToPath(new URL("./", import.meta.url))).load("bundle-main.cjs");
