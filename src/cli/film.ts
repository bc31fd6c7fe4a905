// Records a run and draws it: `-o strip.svg`, `-o strip.png` and `-o film.gif`.

import { plural } from "../diagnostics/count.ts";
import type { Grid } from "../grid/grid.ts";
import type { Network } from "../network/network.ts";
import { type Frame, type Recorder, recordFrames } from "../report/frames.ts";
import { checkDrawable, mostFrames, renderPicture } from "../report/picture.ts";
import type { PictureFormat } from "../report/picture-format.ts";
import { chooseView, fieldsToKeep, type Subject } from "../report/view.ts";
import { writeAtomically } from "./files.ts";
import { type Io, remark } from "./io.ts";
import type { RunCommandOptions } from "./simulate.ts";

export type FilmOptions = Pick<RunCommandOptions, "show" | "frames" | "stepsShown" | "fps">;

export interface Film {
  onNetwork(network: Network): void;
  onStep(step: number, grid: Grid): void;
  /** Writes the picture. */
  save(path: string, title: string): Promise<void>;
}

/** A film of a run that is about to begin; throws InputError if a field to show does not exist. */
export function startFilm(io: Io, format: PictureFormat, subject: Subject, options: FilmOptions): Film {
  const fields = fieldsToKeep(subject, options.show);
  let network: Network | null = null;
  let recorder: Recorder | null = null;
  let steps = 0;
  return {
    onNetwork(made) {
      network = made;
    },
    onStep(step, grid) {
      steps = step;
      if (recorder === null) {
        checkDrawable(grid, options.show?.length ?? 1);
        const most = mostFrames(grid, fields.length);
        recorder = recordFrames({ progress: network, fields, most, steps: options.stepsShown });
      }
      recorder.add(step, grid);
    },
    async save(path, title) {
      const frames = recorder?.frames() ?? [];
      const view = chooseView(title, subject, options.show, frames);
      await writeAtomically(io, path, renderPicture(format, view, frames, options));
      remark(io, `wrote ${path}${left(format, frames, steps, options)}`);
    },
  };
}

/** Says that an animation leaves steps out, unless the user has asked for it. */
function left(format: PictureFormat, frames: readonly Frame[], steps: number, options: FilmOptions): string {
  const asked = options.frames !== undefined || options.stepsShown !== undefined;
  if (format !== "gif" || asked || frames.length === steps + 1) return "";
  return ` with ${plural(frames.length, "frame")}, evenly spread over ${plural(steps, "step")}`;
}
