/**
 * The directory of all bodies, built in so that it is there when the server is not.
 *
 * directory.json is made from catalogus/ by `wegwijzer catalogue directory --json`.
 */
import data from "./directory.json";

export interface DirectoryOffer {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly for: string;
}

export interface DirectoryBody {
  readonly id: string;
  readonly name: string;
  readonly abbreviation: string;
  readonly ministry: string | null;
  readonly offers: readonly DirectoryOffer[];
}

export const DIRECTORY: readonly DirectoryBody[] = data;
